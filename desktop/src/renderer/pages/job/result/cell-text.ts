import { formatPlain, type ResultColumn } from '@meshdeck/shared';

const decimal = /^[+-]?(?:\d+\.\d*|\d*\.\d+|\d+)(?:[eE][+-]?\d+)?$/;
const digitsShown = 5;

/** Whether a cell's text is a number as programs write it. */
export const isNumber = (text: string): boolean => decimal.test(text.trim());

/**
 * A cell for reading: numbers with more digits than anybody compares are rounded, everything else stays as it is. Whole numbers
 * may be ids, and are never touched.
 */
export function displayedCell(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length <= digitsShown + 2 || !isNumber(trimmed) || /^[+-]?\d+$/.test(trimmed)) return text;
  const value = Number(trimmed);
  if (!Number.isFinite(value)) return text;
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e9 || size < 1e-4)) return formatPlain(value);
  const rounded = size >= 10_000 ? value.toFixed(1) : String(Number(value.toPrecision(digitsShown)));
  return rounded.length < trimmed.length ? rounded : text;
}

/** A probability for reading: four decimals, as small ones next to each other are compared by size alone. */
export function displayedProbability(text: string): string {
  const value = Number(text);
  const isShare = text.trim() !== '' && value >= 0 && value <= 1;
  return isShare && text.trim().length > 6 ? value.toFixed(4) : displayedCell(text);
}

/** How the hub is told which column is meant: by its name where that is no other's, else by its place. */
export function columnReference(column: ResultColumn, columns: readonly ResultColumn[]): string {
  const { name, index } = column;
  const isOne = columns.filter((each) => each.name === name).length === 1;
  const isPlain = name !== '' && name !== 'none' && name.length < 200 && name.trim() === name;
  return isOne && isPlain ? name : `#${index + 1}`;
}

/** What a column is called on a page; one without a name by its place. */
export const columnTitle = ({ name, index }: ResultColumn): string => (name === '' ? `#${index + 1}` : name);
