import { open } from 'node:fs/promises';
import type { NamedRow } from '@meshdeck/shared';
import type { ColumnRoles } from '../reading/column-roles.js';
import type { ResultTable } from '../reading/open-result.js';
import { readRow, shortened } from '../reading/read-row.js';
import type { JudgedColumns } from './judge.js';
import type { RowPlace } from './smallest-rows.js';

const cellsNamed = 6;

/** What people see of single rows: where they are, what was predicted, and the table's first columns to know them by. */
export async function nameRows<Row extends { place: RowPlace }>(
  table: ResultTable,
  { columns }: ColumnRoles,
  judged: JudgedColumns,
  rows: readonly Row[],
): Promise<(Row & { named: NamedRow })[]> {
  if (rows.length === 0) return [];
  const told = columns
    .filter(({ role, index }) => role === 'input' && index !== judged.truth)
    .slice(0, cellsNamed);
  const file = await open(table.path, 'r');
  try {
    const named: (Row & { named: NamedRow })[] = [];
    for (const row of rows) {
      const cells = await readRow(file, table, row.place);
      const text = (column: number | null) => shortened((cells[column ?? -1] ?? '').trim(), 120);
      named.push({
        ...row,
        named: {
          row: row.place.row,
          line: row.place.line,
          prediction: text(judged.prediction),
          truth: judged.truth === null ? null : text(judged.truth),
          cells: told.map(({ index, name }) => ({
            column: name || `#${index + 1}`,
            text: shortened(cells[index] ?? '', 80),
          })),
        },
      });
    }
    return named;
  } finally {
    await file.close();
  }
}
