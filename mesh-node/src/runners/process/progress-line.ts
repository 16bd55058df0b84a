/** `@progress 0.42` as 0.42, held within 0..1; undefined for any other line. */
export function parseProgress(line: string): number | undefined {
  const match = /^@progress\s+(\d+(?:\.\d*)?|\.\d+)\s*$/.exec(line);
  if (match === null) return undefined;
  return Math.min(1, Number(match[1]));
}
