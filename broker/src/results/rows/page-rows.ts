import { open } from 'node:fs/promises';
import {
  MeshdeckError,
  sortedRowsLimit,
  type ResultColumn,
  type ResultRow,
  type ResultRows,
} from '@meshdeck/shared';
import { cellText } from '../reading/cell-batch.js';
import { findColumn, type ColumnRoles } from '../reading/column-roles.js';
import type { ResultTable } from '../reading/open-result.js';
import { readCells } from '../reading/read-cells.js';
import { readRow, shortened } from '../reading/read-row.js';
import type { RowPlace } from '../worth/smallest-rows.js';
import type { RowMarks } from './row-marks.js';
import type { RowOrder } from './row-order.js';

const columnsByDefault = 40;
const probabilitiesByDefault = 12;
const cellShown = 200;

/** What is remembered of a result between one page and the next. */
export interface OpenedResult {
  table: ResultTable;
  roles: ColumnRoles;
  marks: RowMarks;
}

type RowReading = Pick<ResultRows, 'rows' | 'rowsTotal'>;

/** @throws MeshdeckError invalid-request */
export function columnNamed(names: readonly string[], reference: string): number {
  const column = findColumn(names, reference);
  if (column !== undefined) return column;
  throw new MeshdeckError(
    'invalid-request',
    `The result has no column ${JSON.stringify(reference.slice(0, 100))}.`,
  );
}

/** The columns that are asked for; else the names of pictures, predictions, probabilities, what the app added, then the table's own, as many as fit. */
export function columnsOfPage(
  { columns, prediction }: ColumnRoles,
  names: readonly string[],
  { asked, namesFirst = false }: { asked: readonly string[]; namesFirst?: boolean },
): ResultColumn[] {
  if (asked.length > 0) {
    return [...new Set(asked.map((reference) => columnNamed(names, reference)))].flatMap(
      (index) => columns[index] ?? [],
    );
  }
  const of = (...roles: ResultColumn['role'][]) => columns.filter(({ role }) => roles.includes(role));
  const first = columns.filter(({ index }) => index === prediction);
  const own = namesFirst ? columns.slice(0, 1) : [];
  return [
    ...new Set([
      ...own,
      ...first,
      ...of('prediction'),
      ...of('probability', 'score').slice(0, probabilitiesByDefault),
      ...of('added'),
      ...of('input'),
      ...of('probability', 'score'),
    ]),
  ].slice(0, columnsByDefault);
}

/** Some rows as they stand in the file. */
export async function rowsInFile(
  { table, marks }: OpenedResult,
  columns: readonly ResultColumn[],
  { offset, limit }: { offset: number; limit: number },
  signal: AbortSignal,
): Promise<RowReading> {
  const wanted = offset + 1;
  if (marks.total !== null && offset >= marks.total) return { rows: [], rowsTotal: marks.total };
  const from = marks.before(wanted);
  const rows: ResultRow[] = [];
  let next = from.row;
  for await (const batch of readCells(table, { signal, from })) {
    marks.note(batch, next);
    for (let row = Math.max(0, wanted - next); row < batch.rows && rows.length < limit; row++) {
      const first = row * batch.columns;
      rows.push({
        row: next + row,
        line: batch.lines[row] as number,
        ...cellsOf(columns.map(({ index }) => cellText(batch, first + index))),
      });
    }
    next += batch.rows;
    if (rows.length === limit) return { rows, rowsTotal: marks.total };
  }
  marks.total = next - 1;
  return { rows, rowsTotal: marks.total };
}

/** Some rows in the order of a column. @throws MeshdeckError invalid-request beyond the rows that are kept in order */
export async function rowsInOrder(
  { table, marks }: OpenedResult,
  order: RowOrder,
  columns: readonly ResultColumn[],
  { offset, limit }: { offset: number; limit: number },
): Promise<RowReading> {
  if (offset >= sortedRowsLimit) {
    throw new MeshdeckError(
      'invalid-request',
      `A sorted result can be paged through its first ${sortedRowsLimit.toLocaleString('en-US')} rows. Sort the other way round, or download it.`,
    );
  }
  const file = await open(table.path, 'r');
  try {
    const rows: ResultRow[] = [];
    for (const place of order.places.slice(offset, offset + limit)) {
      rows.push({ row: place.row, line: place.line, ...(await cellsAt(place)) });
    }
    return { rows, rowsTotal: marks.total };
  } finally {
    await file.close();
  }

  async function cellsAt(place: RowPlace) {
    const cells = await readRow(file, table, place);
    return cellsOf(columns.map(({ index }) => cells[index] ?? ''));
  }
}

function cellsOf(texts: readonly string[]): Pick<ResultRow, 'cells' | 'shortened'> {
  return {
    cells: texts.map((text) => shortened(text, cellShown)),
    shortened: texts.flatMap((text, column) => (text.length > cellShown ? [column] : [])),
  };
}
