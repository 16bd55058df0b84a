import { cellKind } from './cell-kinds.js';
import type { BodyKinds } from './body-kinds.js';
import { isNumberText, numberOf } from './number-text.js';
import type { TextRecord } from '../read-fields.js';

/** What a first line is whose cells look like the values below them. */
export type FirstLine = 'names' | 'row' | 'open';

/** Words that head columns in many a table, and are values in hardly any. */
const headings = new Set(
  (
    'id name names date time datetime timestamp year month day hour country city state region county province code type ' +
    'category class label target group key index variable feature value values count title text species sample site ' +
    'station sensor user gender sex age datum zeit jahr monat tag land ort stadt wert nr bezeichnung kategorie klasse'
  ).split(' '),
);

/**
 * Tells names from values where the first line's cells have the kinds of the columns below: numbers over numbers, such as
 * years that name columns, or the first row of a table that has no names.
 */
export function judgeFirstLine(record: TextRecord, body: BodyKinds, rows: readonly TextRecord[]): FirstLine {
  const { fields } = record;
  const cells = fields.filter((cell) => cellKind(cell) !== 'missing');
  const texts = cells.filter((cell) => cellKind(cell) === 'text');
  const numbers = cells.filter(isNumberText).map(numberOf);
  if (texts.length === 0 && numbers.length === cells.length) return judgeNumbers(numbers, body, rows);
  if (hasValueAlike(record, body)) return 'row';
  if (texts.some((cell) => headings.has(cell.trim().toLowerCase())) && namesLike(numbers)) return 'names';
  return reappears(record, rows) ? 'row' : 'open';
}

/** A line of numbers alone. */
function judgeNumbers(numbers: readonly number[], body: BodyKinds, rows: readonly TextRecord[]): FirstLine {
  if (isCounted(numbers, rows.length)) return 'names';
  if (rows.length === 0 || body.typed.length < body.kinds.length) return 'open';
  const others = rows.map(({ fields }) => fields.map(numberOf));
  if (areYears(numbers) && !others.some(areYears)) return numbers.length > 1 ? 'names' : 'open';
  // Wavelengths, quantiles: the numbers that name columns rise or fall evenly.
  if (isEven(numbers) && others.filter(isEven).length * 2 <= others.length) return 'open';
  if (numbers.length >= 6 && isMonotone(numbers)) return 'open';
  return wholeOverFractions(numbers, rows) ? 'open' : 'row';
}

/** 0, 1, 2... as pandas names columns, or 1, 2, 3..., which a row of few columns may be as well. */
function isCounted(numbers: readonly number[], rows: number): boolean {
  const first = numbers[0] ?? Number.NaN;
  if (!numbers.every((number, at) => number === first + at)) return false;
  return first === 0 || (first === 1 && numbers.length > 1 && (numbers.length > 4 || rows < 2));
}

/** 2019, 2020, 2021: years one after another, or so many apart; or one. */
function areYears(numbers: readonly number[]): boolean {
  const areSo = numbers.every((number) => Number.isInteger(number) && number >= 1800 && number <= 2200);
  return (
    areSo &&
    (numbers.length === 1 || isEven(numbers) || Math.abs((numbers[1] ?? 0) - (numbers[0] ?? 0)) === 1)
  );
}

function isEven(numbers: readonly number[]): boolean {
  // Three small numbers are so by chance.
  if (numbers.length < 3 || (numbers.length === 3 && Math.abs(numbers[0] as number) < 10)) return false;
  const step = (numbers[1] as number) - (numbers[0] as number);
  if (step === 0) return false;
  return numbers.every(
    (number, at) => Math.abs(number - (numbers[0] as number) - at * step) <= Math.abs(step) * 1e-6,
  );
}

function isMonotone(numbers: readonly number[]): boolean {
  const steps = numbers.slice(1).map((number, at) => Math.sign(number - (numbers[at] as number)));
  return steps.length > 0 && steps[0] !== 0 && steps.every((step) => step === steps[0]);
}

/** Whole numbers in several columns that hold fractions in every row. */
function wholeOverFractions(numbers: readonly number[], rows: readonly TextRecord[]): boolean {
  const isFraction = (cell: string) => /\d[.,]\d/.test(cell);
  return (
    numbers.length > 1 &&
    numbers.every(Number.isInteger) &&
    rows.length > 2 &&
    rows.every(({ fields }) => fields.every(isFraction))
  );
}

/** Numbers that may be names beside words: whole ones, or ones that rise or fall. */
export function namesLike(numbers: readonly number[]): boolean {
  return numbers.every((number) => Number.isInteger(number) && number >= 0) || isMonotone(numbers);
}

/** A date over dates, or yes over yes and no: a value. */
function hasValueAlike({ fields }: TextRecord, { kinds, typed }: BodyKinds): boolean {
  return typed.some((column) => {
    const kind = kinds[column];
    return (kind === 'date' || kind === 'truth') && cellKind(fields[column] ?? '') === kind;
  });
}

/** One of its texts is a value of its own column. */
function reappears({ fields }: TextRecord, rows: readonly TextRecord[]): boolean {
  return fields.some(
    (cell, column) => cellKind(cell) === 'text' && rows.some((row) => row.fields[column] === cell),
  );
}
