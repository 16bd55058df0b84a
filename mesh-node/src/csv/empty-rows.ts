import type { CsvBlock } from './csv-block.js';
import type { CsvWriter } from './write-csv.js';

/**
 * Copies a block's empty rows that stand before row number `before` to the result, with so many empty cells behind
 * theirs. `from` of them are there already; returns how many are then.
 */
export function copyEmptyRows(
  { empty, raw }: Pick<CsvBlock, 'empty' | 'raw'>,
  from: number,
  before: number,
  writer: Pick<CsvWriter, 'copy' | 'plainField' | 'endRow'>,
  added: number,
): number {
  let next = from;
  for (; next < empty.before.length && (empty.before[next] as number) <= before; next++) {
    writer.copy(raw, empty.starts[next] as number, empty.ends[next] as number);
    for (let column = 0; column < added; column++) writer.plainField('');
    writer.endRow();
  }
  return next;
}
