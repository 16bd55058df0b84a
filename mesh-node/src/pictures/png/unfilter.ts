import { broken } from '../picture-problem.js';

/**
 * Undoes the filters of `rows` scanlines of `rowBytes` bytes each, in place [PNG, 9.2]. Each has its filter's number in
 * front. `step`: bytes from a pixel to the next one, at least 1.
 *
 * @throws PictureProblem for a filter that there is none of
 */
export function unfilter(lines: Buffer, rows: number, rowBytes: number, step: number): void {
  const stride = rowBytes + 1;
  for (let row = 0; row < rows; row++) {
    const start = row * stride + 1;
    const end = start + rowBytes;
    const filter = lines[start - 1];
    const up = row === 0 ? -1 : start - stride;
    if (filter === 0) continue;
    else if (filter === 1) {
      for (let at = start + step; at < end; at++) add(lines, at, byteAt(lines, at - step));
    } else if (filter === 2) {
      if (up >= 0) for (let at = 0; at < rowBytes; at++) add(lines, start + at, byteAt(lines, up + at));
    } else if (filter === 3) {
      for (let at = 0; at < rowBytes; at++) {
        const left = at < step ? 0 : byteAt(lines, start + at - step);
        const above = up < 0 ? 0 : byteAt(lines, up + at);
        add(lines, start + at, (left + above) >> 1);
      }
    } else if (filter === 4) {
      for (let at = 0; at < rowBytes; at++) {
        const left = at < step ? 0 : byteAt(lines, start + at - step);
        const above = up < 0 ? 0 : byteAt(lines, up + at);
        const corner = up < 0 || at < step ? 0 : byteAt(lines, up + at - step);
        add(lines, start + at, paeth(left, above, corner));
      }
    } else throw broken('its pixels are damaged');
  }
}

const byteAt = (lines: Buffer, at: number): number => lines[at] as number;

function add(lines: Buffer, at: number, value: number): void {
  lines[at] = byteAt(lines, at) + value;
}

/** The neighbour nearest to left + above - corner [PNG, 9.4]. */
function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [toLeft, toAbove, toCorner] = [
    Math.abs(guess - left),
    Math.abs(guess - above),
    Math.abs(guess - corner),
  ];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
