import type { TextRecord } from '../read-fields.js';
import { cellKind } from './cell-kinds.js';
import { isNumberText, numberOf } from './number-text.js';
import { isTyped, type Body } from './table-rows.js';
import { averageWords, totalWords } from './total-words.js';

/** `open`: it may add the others up, or be one of them. */
export type JudgedTotal = { what: 'total' } | { open: string } | 'row';

/** A row that begins with `Total` or the like. */
export function judgeTotal(record: TextRecord, word: string, body: Body): JudgedTotal {
  const { fields } = record;
  const total = { what: 'total' } as const;
  const place = fields.findIndex((field) => field.trim() !== '');
  // What adds up has numbers behind its name, or nothing.
  const behind = fields.slice(place + 1).map(cellKind);
  if (behind.some((kind) => kind !== 'number' && kind !== 'quantity' && kind !== 'missing')) return 'row';
  if (fields.length < body.fields || isTyped(body, place)) return total;
  const all = body.all();
  const others = (all ?? body.rows).filter((row) => row.fields[place]?.trim() === word);
  if (others.length > (all === null ? 0 : 1)) return 'row';
  const above = body.above();
  const isAlwaysFilled = (column: number) => above.every((row) => (row.fields[column] ?? '').trim() !== '');
  const gaps = fields.slice(0, body.fields).flatMap((field, column) => (field.trim() === '' ? [column] : []));
  if (above.length > 2 && gaps.some(isAlwaysFilled)) return total;
  const bare = word.replace(/[\s:*]+$/, '').toLowerCase();
  if (all !== null) return sumsUp(record, all, body, averageWords.has(bare)) ? total : 'row';
  return totalWords.has(bare) || averageWords.has(bare) ? { open: word } : 'row';
}

/** Whether one of its numbers is the sum of those above it, or their mean or the like, to three digits. */
function sumsUp(
  { fields }: TextRecord,
  all: readonly TextRecord[],
  { kinds }: Body,
  isAverage: boolean,
): boolean {
  const isSame = (row: TextRecord) => row.fields.every((field, column) => field === fields[column]);
  const above = all.slice(0, all.findLastIndex(isSame));
  return fields.some((field, column) => {
    if (kinds().kinds[column] !== 'number' || !isNumberText(field)) return false;
    const numbers = above
      .map((row) => numberOf(row.fields[column] ?? ''))
      .filter((number) => !Number.isNaN(number));
    const own = numberOf(field);
    const wanted = isAverage ? averages(numbers) : [sumOf(numbers)];
    return (
      numbers.length > 1 &&
      wanted.some((value) => value !== 0 && Math.abs(value - own) <= Math.abs(value) * 1e-3)
    );
  });
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Mean, median, least, largest, deviation, count. */
function averages(numbers: readonly number[]): number[] {
  const count = numbers.length;
  const mean = sumOf(numbers) / count;
  const squares = sumOf(numbers.map((number) => (number - mean) ** 2));
  const sorted = [...numbers].sort((a, b) => a - b);
  const [low, high] = [sorted[(count - 1) >> 1] ?? 0, sorted[count >> 1] ?? 0];
  return [
    ...[mean, (low + high) / 2, sorted[0] ?? 0, sorted[count - 1] ?? 0],
    ...[Math.sqrt(squares / count), Math.sqrt(squares / (count - 1)), count],
  ];
}
