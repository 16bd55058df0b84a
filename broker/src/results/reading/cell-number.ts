import type { NumberForm } from './number-form.js';

const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Ten times this and a digit still fit in 53 bits. */
const largestMantissa = (2 ** 53 - 10) / 10;
const longestNumber = 400;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const infinity = /^([+-]?)inf(?:inity)?$/i;
const grouped = { '.': /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$/, ',': /^[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?$/ };

/** What stands for no value where a number belongs, in lower case. In a column of text it is a value. */
const missingWords: ReadonlySet<string> = new Set([
  'na',
  'n/a',
  'nan',
  '-nan',
  'null',
  'none',
  '#n/a',
  '<na>',
]);

export const isMissingWord = (text: string): boolean => missingWords.has(text.trim().toLowerCase());

/** The bytes with which a number may begin: digits, signs, a decimal sign, a blank, inf. */
const mayBegin = new Uint8Array(256);
for (const sign of '0123456789+-., \tiI') mayBegin[sign.charCodeAt(0)] = 1;

/**
 * The number that `bytes[start, end)` spells in `form`; NaN where it spells none. Exactly rounded, like `Number(text)`: up to
 * 53 bits of digits and powers of ten up to 22 are exact doubles, and one division of two of them rounds once [Clinger 1990,
 * "How to read floating point numbers accurately"]; everything else goes to `Number`.
 */
export function cellNumber(bytes: Buffer, start: number, end: number, form: NumberForm): number {
  if (start >= end || mayBegin[bytes[start] as number] === 0) return Number.NaN;
  const sign = form.decimal === ',' ? 0x2c : 0x2e;
  let at = start;
  const negative = bytes[at] === 0x2d;
  if (negative || bytes[at] === 0x2b) at++;
  let mantissa = 0;
  let digits = 0;
  let fraction = 0;
  let seenSign = false;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    const digit = byte - 0x30;
    if (digit >= 0 && digit <= 9) {
      if (mantissa > largestMantissa) break;
      mantissa = mantissa * 10 + digit;
      digits++;
      if (seenSign) fraction++;
    } else if (!seenSign && byte === sign) seenSign = true;
    else break;
  }
  if (at < end || digits === 0 || fraction > 22) {
    return end - start > longestNumber ? Number.NaN : textNumber(bytes.toString('latin1', start, end), form);
  }
  const value = fraction === 0 ? mantissa : mantissa / (powersOfTen[fraction] as number);
  return negative ? -value : value;
}

/** The same for a text. */
export function textNumber(text: string, form: NumberForm): number {
  let trimmed = text.trim();
  if (form.groups && grouped[form.decimal].test(trimmed)) {
    trimmed = trimmed.replaceAll(form.decimal === '.' ? ',' : '.', '');
  }
  if (form.decimal === ',') {
    if (trimmed.includes('.')) return Number.NaN;
    trimmed = trimmed.replace(',', '.');
  }
  if (decimal.test(trimmed)) return Number(trimmed);
  const found = infinity.exec(trimmed)?.[1];
  return found === undefined ? Number.NaN : found === '-' ? -Infinity : Infinity;
}
