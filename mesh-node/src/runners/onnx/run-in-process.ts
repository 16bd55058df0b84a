import { parse } from 'csv-parse/sync';
import type { ReadingOptions } from '@meshdeck/shared';
import { memorySink } from '../../csv/table-sink.js';
import { memorySource } from '../../csv/table-source.js';
import type { LoadedModel } from './load-model.js';
import { runModel, type ModelRun } from './run-model.js';

/** Runs a loaded model over a table without a runner process, for tests. */
export async function runInProcess(
  model: LoadedModel,
  csv: string,
  reading: ReadingOptions = {},
): Promise<{ header: string[]; rows: string[][]; text: string; run: ModelRun }> {
  const sink = memorySink(1e8);
  const run = await runModel({
    model,
    source: memorySource(Buffer.from(csv)),
    reading,
    openSink: () => sink,
    outputLimitBytes: 1e8,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const text = Buffer.from(sink.bytes()).toString('utf8');
  const [header = [], ...rows] = parse(text) as string[][];
  return { header, rows, text, run };
}
