import type { DecimalSign } from '@meshdeck/shared';
import { evidence } from '@meshdeck/shared/csv';

/** What groups thousands: a blank stands for every kind of it, an apostrophe for the typographic one too. */
export type Thousands = DecimalSign | ' ' | "'";

/**
 * How a table writes its numbers. One for all columns that feed the model, never decided cell by cell: what the first
 * rows leave open is settled by the first cell that shows it, and holds from there on.
 */
export interface NumberForm {
  /** Undefined while no number needed one. */
  decimal: DecimalSign | undefined;
  /** The same as a byte for the reader of plain numbers, 0 for none. */
  decimalByte: number;
  /** Undefined while no number was grouped. */
  thousands: Thousands | undefined;
  /** No number showed the decimal point: tables that are divided by commas have it. A comma in a number breaks that. */
  assumed: boolean;
}

/** What the numbers of a table show for certain about its decimal sign. */
export const showsPoint = evidence.pointDecimal | evidence.commaGroups;
export const showsComma = evidence.commaDecimal | evidence.pointGroups;
const otherGroups = evidence.spaceGroups | evidence.apostropheGroups;

/** The decimal sign that `bits` show: one for certain, `both`, or undefined. */
export function shownDecimal(bits: number): DecimalSign | 'both' | undefined {
  const shown = oneOf((bits & showsPoint) !== 0, (bits & showsComma) !== 0);
  // Where blanks group thousands, a point or comma before three digits does not.
  return shown === undefined && (bits & otherGroups) !== 0
    ? oneOf((bits & evidence.pointOpen) !== 0, (bits & evidence.commaOpen) !== 0)
    : shown;
}

function oneOf(point: boolean, comma: boolean): DecimalSign | 'both' | undefined {
  if (point && comma) return 'both';
  return point ? '.' : comma ? ',' : undefined;
}

/**
 * The form of a table whose number columns show `bits`. `told` overrules them. Where they show nothing, a table that is
 * divided by commas has decimal points, unless a number in quotes has a comma.
 */
export function decideNumberForm({
  bits,
  delimiter,
  told,
}: {
  bits: number;
  delimiter: string;
  told?: DecimalSign | undefined;
}): NumberForm {
  const form: NumberForm = { decimal: undefined, decimalByte: 0, thousands: undefined, assumed: false };
  const shown = shownDecimal(bits);
  if (told !== undefined) setDecimal(form, told);
  else if (shown === '.' || shown === ',') setDecimal(form, shown);
  else if (delimiter === ',' && (bits & evidence.commaOpen) === 0) {
    setDecimal(form, '.');
    form.assumed = true;
  }
  return form;
}

export function setDecimal(form: NumberForm, decimal: DecimalSign): void {
  form.decimal = decimal;
  form.decimalByte = decimal.charCodeAt(0);
  form.assumed = false;
}
