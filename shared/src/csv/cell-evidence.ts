import { dateLike, missingTexts, quantityLike, truthWords } from './cell-words.js';
import { unwrapNumber } from './written-number.js';

/**
 * What the cells of a column show about how its numbers are written, as bits to be joined by `|` over many cells. Point
 * and comma are each seen as a decimal sign for certain, as one that may also group thousands (`1.250`), or as one
 * that groups for certain (`1.250.000`, `1.250,5`).
 */
export const evidence = {
  /** Empty, NA, N/A, NaN, null, None. */
  missing: 1 << 0,
  /** 0 or 1, which may stand for a truth. */
  zeroOne: 1 << 1,
  /** Any other number. */
  otherNumber: 1 << 2,
  pointDecimal: 1 << 3,
  pointOpen: 1 << 4,
  pointGroups: 1 << 5,
  commaDecimal: 1 << 6,
  commaOpen: 1 << 7,
  commaGroups: 1 << 8,
  spaceGroups: 1 << 9,
  apostropheGroups: 1 << 10,
  percent: 1 << 11,
  currency: 1 << 12,
  /** True, no, wahr: words of at least two letters. */
  truthWord: 1 << 13,
  /** t, y, T or Y alone. */
  trueLetter: 1 << 14,
  falseLetter: 1 << 15,
  /** A date or a time of day. */
  date: 1 << 16,
  /** A number with a unit, or a limit: `12 kg`, `<0.5`. */
  quantity: 1 << 17,
  /** Anything else. */
  text: 1 << 18,
  /** Not of one cell: cells of the column are in different currencies. */
  currencies: 1 << 19,
} as const;

/** Bits of cells that are numbers. */
export const numberEvidence = evidence.zeroOne | evidence.otherNumber;

const zero = 0x30;
const point = 0x2e;
const comma = 0x2c;

/**
 * The evidence of the cell in `bytes[start, end)`, UTF-8. A whole number or one with one point or comma is told from its
 * bytes in some 20 ns; a column's evidence is that of its cells joined by `|`.
 */
export function cellEvidence(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return evidence.missing;
  let at = start;
  const sign = bytes[at] as number;
  if (sign === 0x2d || sign === 0x2b) at++;
  const first = at;
  let separator = 0;
  let separatorAt = 0;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte >= zero && byte <= 0x39) continue;
    if ((byte !== point && byte !== comma) || separator !== 0) break;
    separator = byte;
    separatorAt = at;
  }
  const digits = end - first - (separator === 0 ? 0 : 1);
  if (at < end || digits === 0) return textEvidence(new TextDecoder().decode(bytes.subarray(start, end)));
  const whole = separator === 0 ? digits : separatorAt - first;
  const kind = isZeroOrOne(bytes, first, whole, end) ? evidence.zeroOne : evidence.otherNumber;
  if (separator === 0) return kind;
  return kind | separatorEvidence(separator === point, whole, end - separatorAt - 1, bytes[first] === zero);
}

function isZeroOrOne(bytes: Uint8Array, first: number, whole: number, end: number): boolean {
  if (whole !== 1 || (bytes[first] as number) > 0x31) return false;
  for (let at = first + 2; at < end; at++) if (bytes[at] !== zero) return false;
  return true;
}

/** One point or comma with so many digits before and behind it. `0.125` groups nothing; `012,345` is nobody's. */
function separatorEvidence(isPoint: boolean, whole: number, fraction: number, leadingZero: boolean): number {
  const open = fraction === 3 && whole >= 1 && whole <= 3 && !(leadingZero && whole === 1);
  if (isPoint) return open ? evidence.pointOpen : evidence.pointDecimal;
  return open ? evidence.commaOpen : evidence.commaDecimal;
}

const exponent = /[eE][+\-\u2212]?\d+$/;
const oneSeparator = /^(\d*)([.,])(\d*)$/;
/** Thousands, then perhaps a fraction: the sign between the groups, the fraction's sign. */
const grouped =
  /^[1-9]\d{0,2}(?:(?:,\d{3})+(\.\d*)?|(?:\.\d{3})+(,\d*)?|(?:[ \u00a0\u2009\u202f]\d{3})+([.,]\d*)?|(?:['\u2019]\d{3})+([.,]\d*)?)$/;
/** India groups by two above the thousands. */
const indian = /^[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d*)?$/;

/** The evidence of a cell's text. */
export function textEvidence(text: string): number {
  const trimmed = text.trim();
  const lower = trimmed.toLowerCase();
  if (missingTexts.has(lower)) return evidence.missing;
  const word = truthWords.get(lower);
  if (word !== undefined) {
    if (lower.length > 1) return evidence.truthWord;
    return word === 1 ? evidence.trueLetter : evidence.falseLetter;
  }
  if (/^[+-]?inf(?:inity)?$/.test(lower)) return evidence.otherNumber;
  const number = unwrapNumber(trimmed);
  const shape = number === undefined ? undefined : bodyEvidence(number.body);
  if (number !== undefined && shape !== undefined) {
    const kind = /^[01](?:[.,]0*)?$/.test(number.body) ? evidence.zeroOne : evidence.otherNumber;
    const percent = number.percent ? evidence.percent : 0;
    return kind | shape | percent | (number.currency === undefined ? 0 : evidence.currency);
  }
  if (dateLike(trimmed)) return evidence.date;
  return quantityLike(trimmed) ? evidence.quantity : evidence.text;
}

/** What a number's digits show about its signs; undefined where they are no number in any form. */
export function bodyEvidence(body: string): number | undefined {
  if (/^\d+$/.test(body)) return 0;
  const digits = body.replace(exponent, '');
  const one = oneSeparator.exec(digits);
  if (one !== null) {
    const [, whole = '', sign, fraction = ''] = one;
    if (whole === '' && fraction === '') return undefined;
    // Nobody groups thousands before an exponent.
    const size = digits === body ? fraction.length : 0;
    return separatorEvidence(sign === '.', whole.length, size, whole.startsWith('0'));
  }
  if (digits !== body) return /^\d+$/.test(digits) ? 0 : undefined;
  if (indian.test(body)) {
    return evidence.commaGroups | (body.includes('.') ? evidence.pointDecimal : 0);
  }
  const groups = grouped.exec(body);
  if (groups === null) return undefined;
  const [, afterCommas, afterPoints, afterSpaces, afterApostrophes] = groups;
  if (/[ \u00a0\u2009\u202f]/.test(body)) return evidence.spaceGroups | fractionEvidence(afterSpaces);
  if (/['\u2019]/.test(body)) return evidence.apostropheGroups | fractionEvidence(afterApostrophes);
  if (afterCommas !== undefined) return evidence.commaGroups | evidence.pointDecimal;
  if (afterPoints !== undefined) return evidence.pointGroups | evidence.commaDecimal;
  return body.includes(',') ? evidence.commaGroups : evidence.pointGroups;
}

function fractionEvidence(fraction: string | undefined): number {
  if (fraction === undefined) return 0;
  return fraction.startsWith('.') ? evidence.pointDecimal : evidence.commaDecimal;
}
