import { toFailure } from '@meshdeck/shared';
import { memorySink, TableTooLarge } from '../../csv/table-sink.js';
import { memorySource } from '../../csv/table-source.js';
import type { LoadedModel } from './load-model.js';
import { createReadingDraft } from './reading-draft.js';
import { runInput } from './run-input.js';
import type { SmallResult, SmallRun } from './runner-messages.js';
import { timedRun } from './timed-run.js';

/** Results go back together: a message costs as much as many a run. */
const gatherMs = 5;

interface SmallTables {
  model: LoadedModel;
  /** What loading the model took, which the first run waited for; 0 where it was loaded. */
  loadMs: number;
  runs: readonly SmallRun[];
  signal: AbortSignal;
  /** Some results, in the order of the runs. */
  tell: (results: SmallResult[]) => void;
  onProgress: (progress: { fraction: number; rows: number }) => void;
}

/** Runs a model over tables held in memory, one after another. What goes wrong with one is told of that one. */
export async function runSmallTables({ runs, loadMs, tell, ...how }: SmallTables): Promise<void> {
  let results: SmallResult[] = [];
  let toldAt = performance.now();
  for (const [index, run] of runs.entries()) {
    results.push(await runOne(run, { ...how, index, loadMs: index === 0 ? loadMs : 0 }));
    if (index < runs.length - 1 && performance.now() - toldAt < gatherMs) continue;
    tell(results);
    results = [];
    toldAt = performance.now();
  }
}

async function runOne(
  { table, keepBytes, outputLimitBytes, reading, form, origin }: SmallRun,
  how: Pick<SmallTables, 'model' | 'loadMs' | 'signal' | 'onProgress'> & { index: number },
): Promise<SmallResult> {
  const { model, loadMs, signal, onProgress, index } = how;
  const source = memorySource(Buffer.from(table.buffer, table.byteOffset, table.byteLength));
  const sink = memorySink(keepBytes);
  const draft = createReadingDraft(reading);
  try {
    const result = await timedRun(loadMs, () =>
      runInput({
        ...{ model, source, origin, form, openSink: () => sink },
        ...{ outputLimitBytes, signal, onProgress, draft },
      }),
    );
    return { type: 'done', index, ...result, table: sink.bytes() };
  } catch (error) {
    if (error instanceof TableTooLarge) return { type: 'too-large', index };
    return { type: 'failed', index, failure: toFailure(error) };
  }
}
