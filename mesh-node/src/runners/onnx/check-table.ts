import {
  boundReading,
  shownReadingBytes,
  toFailure,
  type Check,
  type ReadingOptions,
} from '@meshdeck/shared';
import { linesToShow } from '../../csv/look-at-table.js';
import type { TableSink } from '../../csv/table-sink.js';
import { memorySource } from '../../csv/table-source.js';
import type { LoadedModel } from './load-model.js';
import { createPreviewRecorder } from './preview-recorder.js';
import { createReadingDraft } from './reading-draft.js';
import type { InputOrigin } from './pictures/pictures-of.js';
import { runInput } from './run-input.js';

/** Rows the model works on: what it makes of them shows in a second, also where each takes 10 ms. */
const predictedRows = 64;
/** Rows are listened to as they are written; nobody wants the bytes. */
const nowhere: TableSink = {
  write: () => Promise.resolve(),
  complete: () => Promise.resolve(),
  abandon: () => Promise.resolve(),
};

/**
 * Says how a model reads a table, by its first rows: all of them are read, the first ones predicted. What is wrong
 * with model or table is in the answer, with what was found out before it.
 */
export async function checkTable({
  model,
  table,
  complete,
  reading: told = {},
  origin,
  signal,
}: {
  model: LoadedModel;
  table: Uint8Array;
  /** It is the whole table. */
  complete: boolean;
  reading?: ReadingOptions | undefined;
  origin?: InputOrigin | undefined;
  signal: AbortSignal;
}): Promise<Check> {
  const draft = createReadingDraft(told);
  const preview = createPreviewRecorder();
  let rows = 0;
  let fraction = 0;
  let failure: Check['failure'] = null;
  try {
    await runInput({
      ...{ model, origin },
      source: memorySource(Buffer.from(table.buffer, table.byteOffset, table.byteLength)),
      hasAllRows: complete,
      openSink: () => nowhere,
      outputLimitBytes: Infinity,
      signal,
      onProgress: (progress) => ({ rows, fraction } = progress),
      draft,
      dryRun: { predictedRows, preview },
    });
  } catch (error) {
    failure = toFailure(error);
  }
  const reading = draft.partial();
  return {
    ok: failure === null,
    reading: boundReading(reading, shownReadingBytes),
    preview: preview.taken(),
    failure,
    // Of pictures there are none.
    lines: reading.pictures === undefined ? linesToShow(table, reading.table, told) : [],
    rows,
    complete: reading.pictures === undefined ? complete : fraction === 1,
  };
}
