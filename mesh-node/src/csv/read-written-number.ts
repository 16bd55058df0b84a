import { bodyEvidence, evidence, unwrapNumber, type WrittenNumber } from '@meshdeck/shared/csv';
import {
  setDecimal,
  shownDecimal,
  showsComma,
  showsPoint,
  type NumberForm,
  type Thousands,
} from './number-form.js';
import { isMissing } from './parse-number.js';

/** How one column writes its numbers beside the table's form. */
export interface NumberStyle {
  /** What a per cent sign means here; undefined for a column without. */
  percent: 'number' | 'fraction' | undefined;
  /** The first currency seen. */
  currency: string | undefined;
}

/** Why a cell is no number of this table. */
export type NumberRefusal =
  | { why: 'no-number' }
  /** Thousands or fraction, with the number it is in either case: by decimal comma, by decimal point. */
  | { why: 'two-readings'; withComma: string; withPoint: string }
  | { why: 'other-decimal' }
  | { why: 'other-thousands' }
  | { why: 'other-currency'; known: string }
  | { why: 'percent-in-plain' }
  | { why: 'plain-in-percent' };

export type WrittenReading =
  /** `digits` are what `Number` reads, without sign. */
  | { kind: 'number'; digits: string; negative: boolean }
  | { kind: 'missing' }
  | { kind: 'refused'; refusal: NumberRefusal };

/** As programs write them, with a point: most of what the reader of plain numbers leaves, by its length or exponent. */
const program = /^([+-]?)((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;
const infinity = /^([+-]?)inf(?:inity)?$/i;
const blanks = /[ \u00a0\u2009\u202f]/g;
const apostrophes = /['\u2019]/g;
const refused = (refusal: NumberRefusal): WrittenReading => ({ kind: 'refused', refusal });

/**
 * Reads a number as people write it: with thousands, a currency, a per cent sign, an exponent, a minus in front, behind
 * or as parentheses. What the table's form leaves open is settled by it, if it can be.
 */
export function readWrittenNumber(text: string, form: NumberForm, style: NumberStyle): WrittenReading {
  if (form.decimal === '.' && style.percent === undefined) {
    const plain = program.exec(text);
    if (plain !== null) return { kind: 'number', digits: plain[2] ?? '', negative: plain[1] === '-' };
  }
  if (isMissing(text)) return { kind: 'missing' };
  const endless = infinity.exec(text.trim());
  if (endless !== null) return { kind: 'number', digits: 'Infinity', negative: endless[1] === '-' };
  const number = unwrapNumber(text);
  const bits = number === undefined ? undefined : bodyEvidence(number.body);
  if (number === undefined || bits === undefined) return refused({ why: 'no-number' });
  const other = adornmentRefusal(number, style);
  if (other !== undefined) return refused(other);
  const refusal = settleForm(number.body, bits, form);
  if (refusal !== undefined) return refused(refusal);
  const plain = plainDigits(number.body, form.decimal === ',');
  return {
    kind: 'number',
    digits: number.percent && style.percent === 'fraction' ? hundredth(plain) : plain,
    negative: number.negative,
  };
}

/** A currency or per cent sign that does not go with the column's. */
function adornmentRefusal(
  { currency, percent, body }: WrittenNumber,
  style: NumberStyle,
): NumberRefusal | undefined {
  if (percent && style.percent === undefined) return { why: 'percent-in-plain' };
  // Nought is nought, with the sign or without.
  if (!percent && style.percent !== undefined && /[1-9]/.test(body)) return { why: 'plain-in-percent' };
  if (currency === undefined) return undefined;
  if (style.currency !== undefined && style.currency !== currency) {
    return { why: 'other-currency', known: style.currency };
  }
  style.currency = currency;
  return undefined;
}

/** Holds a number's signs against the form, and what it settles for good. Undefined where they go together. */
function settleForm(body: string, bits: number, form: NumberForm): NumberRefusal | undefined {
  if (bits === 0) return undefined;
  const grouped = groupedBy(bits);
  if (form.decimal === undefined) {
    // Another thousands sign, here or before, leaves the point or comma to the fraction.
    const beside = form.thousands === ' ' || form.thousands === "'" ? evidence.spaceGroups : 0;
    const shown = shownDecimal(bits | beside);
    if (shown === '.' || shown === ',') setDecimal(form, shown);
    else if (bits & (evidence.pointOpen | evidence.commaOpen)) return twoReadings(body);
  } else if (form.assumed) {
    if (bits & evidence.commaOpen) return twoReadings(body);
    if (bits & showsPoint) form.assumed = false;
  }
  const point = form.decimal === '.';
  const wrong = point ? showsComma : form.decimal === ',' ? showsPoint : 0;
  if (bits & wrong) return { why: 'other-decimal' };
  const open = point ? evidence.commaOpen : evidence.pointOpen;
  // Padded with noughts: `001,250` groups nothing.
  if (bits & open && body.startsWith('0')) return { why: 'other-decimal' };
  const thousands: Thousands | undefined = bits & open ? (point ? ',' : '.') : grouped;
  if (thousands === undefined) return undefined;
  form.thousands ??= thousands;
  return form.thousands === thousands ? undefined : { why: 'other-thousands' };
}

function groupedBy(bits: number): Thousands | undefined {
  if (bits & evidence.spaceGroups) return ' ';
  if (bits & evidence.apostropheGroups) return "'";
  if (bits & evidence.commaGroups) return ',';
  return bits & evidence.pointGroups ? '.' : undefined;
}

function twoReadings(body: string): NumberRefusal {
  return {
    why: 'two-readings',
    withComma: String(Number(plainDigits(body, true))),
    withPoint: String(Number(plainDigits(body, false))),
  };
}

/** The digits as `Number` reads them, thousands taken out. */
function plainDigits(body: string, decimalComma: boolean): string {
  const ungrouped = body.replace(blanks, '').replace(apostrophes, '').replace('\u2212', '-');
  return decimalComma ? ungrouped.replaceAll('.', '').replace(',', '.') : ungrouped.replaceAll(',', '');
}

/** The hundredth of a number, by its exponent, so that it is rounded once. */
function hundredth(digits: string): string {
  const [mantissa = '', power = '0'] = digits.toLowerCase().split('e');
  return `${mantissa}e${Number(power) - 2}`;
}
