import { missingTexts } from '@meshdeck/shared/csv';

const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** The next whole number but one is rounded to the next. */
const largestMantissa = 2 ** 53 - 1;
/** Digits before the point that 32 bits hold, whatever they are. */
const largestDigits = 38;
const written = /^(?=\.?\d)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;
/** No integer type reaches further; more digits would only cost time. */
const largestExponent = 40;

/** Whether a cell's text stands for no value where a number belongs: empty, NA, N/A, NaN, null, None, #N/A, in any case. */
export function isMissing(text: string): boolean {
  return missingTexts.has(text.trim().toLowerCase());
}

/**
 * Reads a number as programs write it in `bytes[start, end)`, with `decimalByte` (0 for none) as its decimal sign, perhaps an
 * exponent, and blanks around it ignored, into `target[index]`. False, with nothing read, for all that is written in
 * another way (thousands, missing values, texts), and for what may be too large for 32 bits.
 *
 * Exactly rounded, like `Number(text)`: up to 53 bits of digits and powers of ten up to 22 are exact doubles, and one
 * division or product of two exact doubles rounds once [Clinger 1990, "How to read floating point numbers
 * accurately"]; what has more digits goes to `Number`.
 */
export function readNumber(
  bytes: Buffer,
  start: number,
  end: number,
  decimalByte: number,
  target: Float32Array | Float64Array,
  index: number,
): boolean {
  let first = start;
  let last = end;
  while (first < last && bytes[first] === 0x20) first++;
  while (last > first && bytes[last - 1] === 0x20) last--;
  let at = first;
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
      // Beyond 53 bits the sum only has to stay too large.
      mantissa = mantissa * 10 + digit;
      digits++;
      if (point) fraction++;
    } else if (!point && byte === decimalByte) point = true;
    else if ((byte === 0x65 || byte === 0x45) && digits > 0) break;
    else return false;
  }
  if (digits === 0) return false;
  const power = at === last ? -fraction : powerOf(bytes, at + 1, last) - fraction;
  if (mantissa <= largestMantissa && power >= -22 && power <= 22) {
    const scale = powersOfTen[power < 0 ? -power : power] as number;
    const value = power < 0 ? mantissa / scale : mantissa * scale;
    target[index] = negative ? -value : value;
    return true;
  }
  // NaN where the exponent is none.
  if (!(digits + power <= largestDigits)) return false;
  const text = bytes.toString('latin1', first, last);
  target[index] = Number(decimalByte === 0x2c ? text.replace(',', '.') : text);
  return true;
}

/** The exponent in `bytes[start, end)`; NaN where there is none, or one that no number of a table has. */
function powerOf(bytes: Buffer, start: number, end: number): number {
  const negative = bytes[start] === 0x2d;
  const first = negative || bytes[start] === 0x2b ? start + 1 : start;
  if (first === end || end - first > 4) return Number.NaN;
  let power = 0;
  for (let at = first; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    power = power * 10 + digit;
  }
  return negative ? -power : power;
}

/** The whole number that digits spell (`3.0` and `2e3` too), exactly; undefined where they spell none. */
export function wholeNumber(digits: string, negative: boolean): bigint | undefined {
  const parts = written.exec(digits);
  if (parts === null) return undefined;
  const [, whole = '', fraction = '', power = '0'] = parts;
  const exponent = Number(power) - fraction.length;
  const mantissa = BigInt(`0${whole}${fraction}`);
  if (Math.abs(exponent) > largestExponent) return mantissa === 0n ? 0n : undefined;
  const scale = 10n ** BigInt(Math.abs(exponent));
  if (exponent < 0 && mantissa % scale !== 0n) return undefined;
  const value = exponent < 0 ? mantissa / scale : mantissa * scale;
  return negative ? -value : value;
}
