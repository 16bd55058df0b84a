/**
 * `@progress 0.42` as 0.42; undefined for any other line. What is more than 1, or says so, is in percent: `@progress 50` and
 * `@progress 1 %`.
 */
export function parseProgress(line: string): number | undefined {
  const match = /^@progress\s+(\d+(?:\.\d*)?|\.\d+)\s*(%?)\s*$/.exec(line);
  if (match === null) return undefined;
  const value = Number(match[1]);
  const isPercent = match[2] === '%' || value > 1;
  return Math.min(1, isPercent ? value / 100 : value);
}

/** The share that a bar drawn over itself tells, such as tqdm's ` 42%|####      | 42/100`; undefined for any other line. */
export function barProgress(line: string): number | undefined {
  const match = /(?:^|[\s:])(\d{1,3})\s?%\s*(?:\||\[|━|█|#|=)/u.exec(line);
  if (match === null) return undefined;
  const percent = Number(match[1]);
  return percent <= 100 ? percent / 100 : undefined;
}
