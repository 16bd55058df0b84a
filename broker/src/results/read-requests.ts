import { toFailure, type Failure, type ResultRows, type ResultRowsQuery } from '@meshdeck/shared';
import { createLruMap, type LruMap } from '@meshdeck/shared/runtime';
import type { TableProfile } from './drift/column-profile.js';
import { columnNamed, columnsOfPage, rowsInFile, rowsInOrder, type OpenedResult } from './rows/page-rows.js';
import { createRowMarks } from './rows/row-marks.js';
import { orderRows, type RowOrder } from './rows/row-order.js';
import { openWithRoles, type ResultFile } from './reading/result-file.js';
import { summarizeTable, type SummaryQuestion, type TableSummary } from './summarize-table.js';

/** What the hub asks the thread that reads results. */
export type ReadRequest =
  | { kind: 'summary'; question: SummaryQuestion; withProfile: boolean }
  | { kind: 'rows'; file: ResultFile; query: ResultRowsQuery };

export interface SummaryAnswer {
  kind: 'summary';
  summary: TableSummary;
  profile: TableProfile | null;
}

export type ReadAnswer = SummaryAnswer | { kind: 'rows'; page: ResultRows };

export type ReadMessage = { id: number; request: ReadRequest } | { id: number; abort: true };
export type ReadReply = { id: number } & ({ answer: ReadAnswer } | { failure: Failure });

/** Results whose beginnings, row marks and orders are remembered; an order takes at most 0.6 MB. */
const resultsRemembered = 16;
const ordersRemembered = 4;

interface Remembered extends OpenedResult {
  orders: LruMap<string, RowOrder>;
}

/** Does what the hub asks for, several things beside each other, chunk by chunk. */
export function createReadDesk() {
  const remembered = createLruMap<string, Remembered>(resultsRemembered);

  async function opened(file: ResultFile): Promise<Remembered> {
    const key = `${file.sha256} ${file.delimiter ?? ''} ${file.inputPath ?? ''}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const { table, roles } = await openWithRoles(file);
    const orders = createLruMap<string, RowOrder>(ordersRemembered);
    const result = { table, roles, marks: createRowMarks(table.firstRow), orders };
    remembered.set(key, result);
    return result;
  }

  async function orderOf(
    result: Remembered,
    column: number,
    descending: boolean,
    signal: AbortSignal,
  ): Promise<RowOrder> {
    const key = `${column} ${descending}`;
    const known = result.orders.get(key);
    if (known !== undefined) return known;
    const { order, rows } = await orderRows(result.table, { column, descending }, signal);
    result.marks.total = rows;
    result.orders.set(key, order);
    return order;
  }

  async function rows(file: ResultFile, query: ResultRowsQuery, signal: AbortSignal): Promise<ResultRows> {
    const result = await opened(file);
    const { names } = result.table;
    const columns = columnsOfPage(result.roles, names, {
      asked: [query.columns ?? []].flat(),
      namesFirst: file.ofPictures === true,
    });
    const base = { columns, columnsTotal: names.length, offset: query.offset };
    if (query.sort === undefined) {
      return { ...base, ...(await rowsInFile(result, columns, query, signal)), sorted: null };
    }
    const column = columnNamed(names, query.sort);
    const descending = query.descending ?? false;
    const order = await orderOf(result, column, descending, signal);
    const sortedBy = result.roles.columns[column];
    if (sortedBy === undefined) throw new Error(`Column ${column} is gone.`);
    return {
      ...base,
      ...(await rowsInOrder(result, order, columns, query)),
      sorted: { column: sortedBy, descending, by: order.by, rows: order.places.length },
    };
  }

  return {
    async handle(request: ReadRequest, signal: AbortSignal): Promise<ReadAnswer> {
      if (request.kind === 'rows')
        return { kind: 'rows', page: await rows(request.file, request.query, signal) };
      const { question, withProfile } = request;
      return { kind: 'summary', ...(await summarizeTable(question, { signal, withProfile })) };
    },
  };
}

/** Every failure becomes one that can be sent. */
export async function replyTo(
  desk: ReturnType<typeof createReadDesk>,
  { id, request }: { id: number; request: ReadRequest },
  signal: AbortSignal,
): Promise<ReadReply> {
  try {
    return { id, answer: await desk.handle(request, signal) };
  } catch (error) {
    return { id, failure: toFailure(error) };
  }
}
