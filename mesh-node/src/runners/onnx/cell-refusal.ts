import { assertNever, MeshdeckError } from '@meshdeck/shared';
import { numberEvidence, textEvidence } from '@meshdeck/shared/csv';
import type { NumberForm } from '../../csv/number-form.js';
import { isMissing } from '../../csv/parse-number.js';
import type { NumberRefusal } from '../../csv/read-written-number.js';
import { shown } from '@meshdeck/shared/onnx';
import { nameNoNumber } from './no-number.js';

/** Where a cell stands and what it says. */
export interface CellPlace {
  line: number;
  column: string;
  text: string;
}

const longestValue = 40;

const placeOf = ({ line, column }: CellPlace): string =>
  `Line ${line}, column ${column.trim() === '' ? 'without a name' : shown(column)}`;
const valueOf = ({ text }: CellPlace): string => shown(text, longestValue);

/** A cell that is not what the model needs. `wants` completes "needs". @returns csv-value-invalid */
export function invalidCell(place: CellPlace, wants: string): MeshdeckError {
  if (isMissing(place.text)) {
    const nothing = place.text.trim() === '' ? 'has no value' : `has no value (${valueOf(place)})`;
    return invalid(
      `${placeOf(place)} ${nothing}, and this model needs ${wants} there. Fill it in or leave the row out.`,
    );
  }
  const named = nameNoNumber(place.text);
  if (named === undefined) {
    const isNumber = (textEvidence(place.text) & numberEvidence) !== 0;
    const way = isNumber ? '' : ' Give the number that the model was trained with, or leave the row out.';
    return invalid(`${placeOf(place)} says ${valueOf(place)} where the model needs ${wants}.${way}`);
  }
  return invalid(
    `${placeOf(place)} says ${valueOf(place)}, ${named.what}, where the model needs ${wants}. ${named.way}`,
  );
}

/** A number that is written in another way than the table's. @returns csv-value-invalid, or csv-ambiguous with both readings */
export function refusedNumber(
  place: CellPlace,
  refusal: NumberRefusal,
  form: NumberForm,
  wants: string,
): MeshdeckError {
  switch (refusal.why) {
    case 'no-number':
      return invalidCell(place, wants);
    case 'two-readings':
      return ambiguous(
        `${placeOf(place)} says ${valueOf(place)}, which can be ${refusal.withComma} or ${refusal.withPoint}: nothing in the table tells ` +
          `whether it has decimal commas or points. Say --decimal , for ${refusal.withComma} or --decimal . for ${refusal.withPoint}.`,
      );
    case 'other-decimal':
      return invalid(
        `${placeOf(place)} says ${valueOf(place)}, but ${formWords(form)}. Write all numbers in one way.`,
      );
    case 'other-thousands':
      return invalid(
        `${placeOf(place)} says ${valueOf(place)}, but other numbers of the table have their thousands divided by ` +
          `${signWords(form.thousands)}. Write all numbers in one way.`,
      );
    case 'other-currency':
      return invalid(
        `${placeOf(place)} says ${valueOf(place)}, but other cells of the column are in ${shown(refusal.known)}. ` +
          'Convert them to one currency.',
      );
    case 'percent-in-plain':
      return ambiguous(
        `${placeOf(place)} says ${valueOf(place)} among numbers without a per cent sign, so it can be ${percentReadings(place.text)}. ` +
          'Write the column in one way.',
      );
    case 'plain-in-percent':
      return ambiguous(
        `${placeOf(place)} says ${valueOf(place)} among per cent values, so it can be per cent or a fraction. ` +
          'Write the column in one way.',
      );
    default:
      return assertNever(refusal);
  }
}

/**
 * A number that is not whole by the table's decimal sign, and would be whole if that sign grouped thousands.
 * @returns csv-ambiguous
 */
export function wholeIfGrouped(place: CellPlace, wants: string, form: NumberForm): MeshdeckError {
  const [, whole = '', fraction = ''] = /^\D*(\d+)[.,](\d{3})\D*$/.exec(place.text) ?? [];
  const other = form.decimal === ',' ? '.' : ',';
  return ambiguous(
    `${placeOf(place)} says ${valueOf(place)}, which is ${Number(`${whole}.${fraction}`)} in this table, where the model needs ${wants}. ` +
      `Say --decimal ${other} if it is ${whole}${fraction}.`,
  );
}

/** A column of per cent values, and nobody said what they mean. @returns csv-ambiguous */
export function unsaidPercent(place: CellPlace): MeshdeckError {
  const [number, fraction] = percentPair(place.text);
  return ambiguous(
    `${placeOf(place)} says ${valueOf(place)}, which can be the number ${number} or the fraction ${fraction}. ` +
      `Say --percent number for ${number} or --percent fraction for ${fraction}.`,
  );
}

/**
 * Two cells that cannot be written with the same decimal sign, or the names of their columns where they stand far down.
 * @returns csv-ambiguous
 */
export function contradictingSigns(point: CellPlace | string, comma: CellPlace | string): MeshdeckError {
  const example = (place: CellPlace | string, sign: string): string =>
    typeof place === 'string'
      ? `column ${shown(place)} has a decimal ${sign} further down`
      : `${placeOf(place).replace(/^L/, 'l')} says ${valueOf(place)} with a decimal ${sign}`;
  return ambiguous(
    `The table writes its numbers in two ways: ${example(point, 'point')}, ${example(comma, 'comma')}. ` +
      'Write all numbers in one way.',
  );
}

/** Numbers of one column in different currencies, which may stand in different parts of the table. */
export function severalCurrencies(cell: CellPlace | undefined, column: string): MeshdeckError {
  return invalid(
    cell === undefined
      ? `Column ${shown(column)} has numbers in more than one currency. Convert them to one currency.`
      : `${placeOf(cell)} says ${valueOf(cell)}, but other cells of the column are in another currency. ` +
          'Convert them to one currency.',
  );
}

/** A value that the model has not learned, where it fails on those. @returns csv-value-invalid */
export function unknownValue(place: CellPlace): MeshdeckError {
  const value = place.text === '' ? 'has no value' : `says ${valueOf(place)}`;
  return invalid(
    `${placeOf(place)} ${value}, which the model has never seen, and it was exported so that it fails on such values. ` +
      "Leave the row out, or export it with handle_unknown='ignore'.",
  );
}

/** A number beyond what the model's type holds. @returns csv-value-invalid */
export function tooLarge(place: CellPlace, type: string, largest: string): MeshdeckError {
  return invalid(
    `${placeOf(place)} says ${valueOf(place)}, which is more than the model's ${type} numbers hold (${largest}). ` +
      'Give a value of the size that the model was trained with.',
  );
}

/** A column of truth words with another number among them. @returns csv-value-invalid */
export function mixedTruths(place: CellPlace): MeshdeckError {
  return invalid(
    `${placeOf(place)} says ${valueOf(place)} in a column of truth values such as True and False, which go to the ` +
      'model as 1 and 0. Write the column in one way.',
  );
}

/** A truth word where no other cell was one. @returns csv-value-invalid */
export function loneTruth(place: CellPlace): MeshdeckError {
  return invalid(
    `${placeOf(place)} says ${valueOf(place)} where the model needs a number, and the column does not tell that it holds truth values. ` +
      'Write 1 and 0, or True and False, throughout the column.',
  );
}

function percentPair(text: string): [string, string] {
  const number = text.replace(/[%\s]/g, '');
  const value = Number(number.replace(',', '.'));
  return Number.isFinite(value)
    ? [number, String(Number(`${value}e-2`))]
    : [number, `a hundredth of ${number}`];
}

function percentReadings(text: string): string {
  const [number, fraction] = percentPair(text);
  return `${number} or ${fraction}`;
}

function formWords({ decimal, assumed }: NumberForm): string {
  if (assumed) return 'a table that is divided by commas has decimal points unless --decimal , is said';
  return `the numbers of the table have a decimal ${decimal === ',' ? 'comma' : 'point'}`;
}

function signWords(thousands: NumberForm['thousands']): string {
  if (thousands === ' ') return 'blanks';
  if (thousands === "'") return 'apostrophes';
  return thousands === '.' ? 'points' : 'commas';
}

function invalid(message: string): MeshdeckError {
  return new MeshdeckError('csv-value-invalid', message);
}

function ambiguous(message: string): MeshdeckError {
  return new MeshdeckError('csv-ambiguous', message);
}
