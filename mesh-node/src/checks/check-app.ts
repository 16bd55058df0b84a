import { readFile } from 'node:fs/promises';
import {
  boundReading,
  shownReadingBytes,
  toFailure,
  type Check,
  type CheckOrder,
  type ReadingOptions,
} from '@meshdeck/shared';
import type { Held } from '../cache/cache.js';
import type { Content } from '../cache/content.js';
import { linesToShow, lookAtTable, type TableLook } from '../csv/look-at-table.js';
import { tableOf } from '../jobs/table-of-order.js';
import { createReadingDraft } from '../runners/onnx/reading-draft.js';
import type { Runners } from '../runners/runner.js';

interface Table {
  bytes: Buffer;
  complete: boolean;
  told: ReadingOptions;
}

/** A table without a model, as an answer. */
function answer({ bytes, complete, told }: Table, look: TableLook | null, notes: string[]): Check {
  const draft = createReadingDraft(told);
  if (look === null) notes.forEach(draft.warn);
  else draft.table({ ...look.table, notes: [...notes, ...look.table.notes] });
  return {
    ok: true,
    reading: boundReading(draft.partial(), shownReadingBytes),
    preview: null,
    failure: null,
    lines: linesToShow(bytes, look?.table, told),
    rows: look?.rows ?? 0,
    complete,
  };
}

/** An app that reads its table by itself takes what Meshdeck cannot read, too. */
async function checkTableAlone(table: Table): Promise<Check> {
  const own = 'The app reads the table itself, so nothing that is said here changes how.';
  try {
    return answer(table, await lookAtTable(table.bytes, table), [own]);
  } catch (error) {
    return answer(table, null, [own, `Meshdeck cannot read it as a table: ${toFailure(error).message}`]);
  }
}

/** What can be said where the model could not be asked. */
async function refused(table: Table, error: unknown): Promise<Check> {
  const look = await lookAtTable(table.bytes, table).catch(() => null);
  return { ...answer(table, look, []), ok: false, failure: toFailure(error) };
}

/** Says how an app reads the first rows of a table. What goes wrong is in the answer. */
export async function checkApp({
  order,
  deadlineMs,
  content,
  runners,
  signal,
}: {
  order: CheckOrder;
  /** When the time is up, unix ms. */
  deadlineMs: number;
  content: Pick<Content, 'file' | 'bundle'>;
  runners: Runners;
  signal: AbortSignal;
}): Promise<Check> {
  const { app, complete, limits, reading: told = {} } = order;
  const held: Held[] = [];
  const hold = async (work: Promise<Held>): Promise<Held> => {
    const got = await work;
    held.push(got);
    return got;
  };
  let table: Table = { bytes: Buffer.alloc(0), complete, told };
  try {
    const inline = tableOf(order);
    const bytes = inline ?? (await readFile((await hold(content.file(order.input, signal))).path));
    table = { bytes, complete, told };
    const runner = runners[app.runtime];
    if (runner.check === undefined) return await checkTableAlone(table);
    const { path: bundleFolder } = await hold(content.bundle(app.bundle, signal));
    return await runner.check({
      ...{ bundleFolder, entry: app.entry, inputName: order.input.name },
      ...{ limits, deadlineMs, signal },
      ...{ table: bytes, complete, reading: told },
    });
  } catch (error) {
    return await refused(table, error);
  } finally {
    for (const each of held) each.release();
  }
}
