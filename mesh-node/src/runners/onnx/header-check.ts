import { MeshdeckError } from '@meshdeck/shared';
import { parseNumber } from '../../csv/parse-number.js';

/**
 * Refuses a first line of nothing but numbers: a table without a header would lose its first row and nobody would notice.
 * Columns counted 0, 1, 2... or (two at least) 1, 2, 3... are names all the same, as pandas gives them.
 *
 * @throws MeshdeckError csv-malformed
 */
export function refuseNumbersAsHeader(header: readonly string[], decimalComma: boolean): void {
  const numbers = header.map((name) => parseNumber(name, decimalComma));
  if (numbers.includes(undefined)) return;
  const first = numbers[0] ?? 0;
  const counted = numbers.every((value, at) => value === first + at);
  if (counted && (first === 0 || (first === 1 && numbers.length > 1))) return;
  throw new MeshdeckError(
    'csv-malformed',
    'The first line holds only numbers, so the table seems to have no header. Add a line of column names.',
  );
}
