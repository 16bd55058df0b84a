import { parse } from 'csv-parse/sync';
import type { ReadingOptions } from '@meshdeck/shared';
import { detectDialect } from '@meshdeck/shared/csv';
import { memorySink } from '../../csv/table-sink.js';
import { memorySource } from '../../csv/table-source.js';
import type { LoadedModel } from './load-model.js';
import { createReadingDraft } from './reading-draft.js';
import { runModel, type ModelRun } from './run-model.js';

/** Runs a loaded model over a table without a runner process, for tests. */
export async function runInProcess(
  model: LoadedModel,
  csv: string | Buffer,
  reading: ReadingOptions = {},
): Promise<{ header: string[]; rows: string[][]; text: string; run: ModelRun }> {
  const sink = memorySink(1e8);
  const run = await runModel({
    model,
    source: memorySource(Buffer.from(csv)),
    draft: createReadingDraft(reading),
    openSink: () => sink,
    outputLimitBytes: 1e8,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const text = Buffer.from(sink.bytes()).toString('utf8');
  const { delimiter } = detectDialect(Buffer.from(text));
  const [header = [], ...rows] = parse(text, { delimiter, bom: true, relax_quotes: true });
  return { header, rows, text, run };
}
