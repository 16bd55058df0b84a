import { contrastOf, type BodyKinds } from './body-kinds.js';
import { cellKind } from './cell-kinds.js';
import { namesLike } from './first-line.js';
import { isNumberText, numberOf } from './number-text.js';
import type { TextRecord } from '../read-fields.js';

/** Whether a record is a row: no word in a column of numbers or dates, and a value in one of them. */
export function isRow(record: TextRecord, body: BodyKinds): boolean {
  const { alike, unlike } = contrastOf(record, body);
  return unlike === 0 && alike > 0;
}

/**
 * Whether a line with words over some columns of numbers, and numbers over others, may hold names: where the numbers
 * could, such as years.
 */
export function areNamesBesideNumbers(record: TextRecord, body: BodyKinds): boolean {
  const { fields } = record;
  const alike = body.typed
    .filter((column) => cellKind(fields[column] ?? '') === body.kinds[column])
    .map((column) => fields[column] ?? '');
  return alike.every(isNumberText) && namesLike(alike.map(numberOf));
}

/** Each of its words is a value of its own column further down, in a row that is not the same line again. */
export function isAmongRows({ fields }: TextRecord, rows: readonly TextRecord[]): boolean {
  if (fields.length < 2) return false;
  const others = rows.filter((row) => row.fields.some((cell, column) => cell !== fields[column]));
  return fields.every(
    (cell, column) => cell.trim() !== '' && others.some((row) => row.fields[column] === cell),
  );
}

/** Whether the first line has one word above a line that names three columns or more. */
export function isTitleAbove(first: TextRecord, second: TextRecord | undefined, width: number): boolean {
  if (second === undefined || width < 3) return false;
  const isFull = second.fields.slice(0, width).every((cell) => cell.trim() !== '');
  return isFull && first.fields.slice(1).every((cell) => cell.trim() === '');
}

/** Every field has a word of its own, none of them a number: what names are. */
export function isLineOfNames({ fields }: TextRecord): boolean {
  const names = fields.map((name) => name.trim());
  return names.every((name) => cellKind(name) === 'text') && new Set(names).size === names.length;
}
