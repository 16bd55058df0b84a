const numbersOf = (version: string) => (/^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);

/** Whether version `a` comes before `b` by its three numbers; false where either has none. */
export function isOlder(a: string, b: string): boolean {
  const [ours, theirs] = [numbersOf(a), numbersOf(b)];
  if (ours.length === 0 || theirs.length === 0) return false;
  const at = ours.findIndex((each, index) => each !== theirs[index]);
  return at >= 0 && (ours[at] ?? 0) < (theirs[at] ?? 0);
}
