/** What a cell held: a number, nothing, or something that is no number. */
export const cellNumber = 0;
export const cellMissing = 1;
export const cellInvalid = 2;
export type CellKind = typeof cellNumber | typeof cellMissing | typeof cellInvalid;

const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Ten times this and a digit still fit in 53 bits. */
const largestMantissa = (2 ** 53 - 10) / 10;
const missingTexts = new Set(['', 'na', 'n/a', 'nan', 'null', 'none']);
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const infinity = /^([+-]?)inf(inity)?$/i;

/** Whether a cell's text stands for no value: empty, NA, N/A, NaN, null, None, in any case. */
export function isMissing(text: string): boolean {
  return missingTexts.has(text.trim().toLowerCase());
}

/**
 * Reads the number that `bytes[start, end)` spells, into `target[index]`: decimal, with an exponent or not, spaces
 * around it ignored, `inf` allowed; NaN when it is missing. `decimalComma` also takes `1,5` for 1.5, as tables with
 * `;` or tab are written in much of the world.
 *
 * Exactly rounded, like `Number(text)`: up to 53 bits of digits and powers of ten up to 22 are exact doubles, and one
 * division or product of two exact doubles rounds once [Clinger 1990, "How to read floating point numbers
 * accurately"]; everything else goes to `Number`.
 */
export function readNumber(
  bytes: Buffer,
  start: number,
  end: number,
  decimalComma: boolean,
  target: Float32Array | Float64Array,
  index: number,
): CellKind {
  let at = start;
  let last = end;
  while (at < last && bytes[at] === 0x20) at++;
  while (last > at && bytes[last - 1] === 0x20) last--;
  const negative = bytes[at] === 0x2d;
  if (negative || bytes[at] === 0x2b) at++;
  let mantissa = 0;
  let digits = 0;
  let fraction = 0;
  let point = false;
  for (; at < last; at++) {
    const byte = bytes[at] as number;
    const digit = byte - 0x30;
    if (digit >= 0 && digit <= 9) {
      if (mantissa > largestMantissa) break;
      mantissa = mantissa * 10 + digit;
      digits++;
      if (point) fraction++;
    } else if (!point && (byte === 0x2e || (decimalComma && byte === 0x2c))) point = true;
    else break;
  }
  if (at < last || digits === 0 || fraction > 22) {
    return readRareNumber(bytes.toString('utf8', start, end), decimalComma, target, index);
  }
  const value = fraction === 0 ? mantissa : mantissa / (powersOfTen[fraction] as number);
  target[index] = negative ? -value : value;
  return cellNumber;
}

function readRareNumber(
  text: string,
  decimalComma: boolean,
  target: Float32Array | Float64Array,
  index: number,
): CellKind {
  const value = parseNumber(text, decimalComma);
  target[index] = value ?? Number.NaN;
  return value === undefined ? (isMissing(text) ? cellMissing : cellInvalid) : cellNumber;
}

/** The number a cell's text spells, by the same grammar as `readNumber`; undefined for anything else. */
export function parseNumber(text: string, decimalComma: boolean): number | undefined {
  let trimmed = text.trim();
  if (decimalComma && !trimmed.includes('.')) trimmed = trimmed.replace(',', '.');
  if (decimal.test(trimmed)) return Number(trimmed);
  const sign = infinity.exec(trimmed)?.[1];
  return sign === undefined ? undefined : sign === '-' ? -Infinity : Infinity;
}
