import type { TableForm } from '@meshdeck/shared/csv';
import type { Logger } from 'pino';
import type { FileStore } from '../../files/types.js';
import {
  openTable,
  resultRows,
  splitTable,
  tableEvidence,
  type Shard,
  type Table,
} from '../../tables/index.js';
import type { JobDocument, TaskDocument } from '../job-document.js';
import { shardSizes, type ShardMachines } from './shard-sizes.js';

/** A table as a job's tasks take it: whole, or in parts. */
export interface CutTable {
  parts: Pick<TaskDocument, 'shard' | 'rows'>[];
  /** Those of its parts; none where it goes whole. */
  shards: Shard[];
  /** How its parts are read. */
  form?: TableForm | undefined;
}

/** The form in which every part is read: that of the whole table, whose end is in none of them. */
async function partForm(table: Table, signal: AbortSignal): Promise<TableForm | undefined> {
  if (table.form === null) return undefined;
  const evidence = await tableEvidence(table, signal);
  const { firstRowLine } = table.form;
  // Lines below the rows have other numbers in every part.
  const skipped = table.form.skipped.map((lines) =>
    lines.line !== null && lines.line > firstRowLine ? { ...lines, line: null } : lines,
  );
  return { ...table.form, footerBytes: 0, skipped, ...(evidence !== undefined && { evidence }) };
}

/** Looks at a job's table and cuts it, without writing the parts out. Gives null where `signal` ended it. */
export function createTableCutter(options: {
  files: Pick<FileStore, 'locate'>;
  machinesFor: (job: JobDocument) => ShardMachines;
  signal: AbortSignal;
  logger: Logger;
}): (job: JobDocument) => Promise<CutTable | null> {
  const { signal, logger } = options;
  return async (job) => {
    const isForScript = job.app.runtime !== 'onnx';
    const table = await openTable({
      path: await options.files.locate(job.input.sha256),
      told: job.options.reading,
      isForScript,
      signal,
    }).catch(
      // Whoever runs the app says best what is wrong with its input.
      () => null,
    );
    // The hub stops: the job is looked at again at its next start.
    if (signal.aborted) return null;
    const counts =
      table === null ? [] : shardSizes(table, job.options.shards, () => options.machinesFor(job));
    if (table === null || counts.length < 2) {
      const rows = table === null || table.indivisible !== null ? null : table.records;
      return { parts: [{ shard: null, rows }], shards: [] };
    }
    const shards: Shard[] = [];
    const cutting = splitTable({ table, source: job.input, rowCounts: counts, signal });
    for await (const shard of cutting) shards.push(shard);
    logger.info({ job: job.id, shards: shards.length, rows: table.rows }, 'table split');
    const parts = shards.map((shard) => ({ shard, rows: resultRows(shard) }));
    return { parts, shards, form: await partForm(table, signal) };
  };
}
