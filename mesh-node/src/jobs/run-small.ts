import { measureBytes } from './measure-result.js';
import type { Ran, ReadyRun } from './attempt-run.js';

/**
 * Runs a table that came with its order with no file at all: a dozen of them, made and removed again, would cost more
 * than most small jobs. Null where the runner needs files, or the result is too large to go with the report.
 */
export async function runSmall(attempt: ReadyRun, table: Buffer): Promise<Ran | null> {
  const { order, signal, onPhase, bundleFolder, deadlineMs, onProgress } = attempt;
  const runner = attempt.runners[order.app.runtime];
  const keepBytes = order.inlineResultBytes ?? 0;
  if (runner.runSmall === undefined || keepBytes === 0) return null;
  onPhase('running');
  const startedMs = Date.now();
  const { entry } = order.app;
  const { limits, reading, form } = order;
  const run = await runner.runSmall({
    ...{ bundleFolder, entry, limits, reading, form, deadlineMs, signal, onProgress },
    ...{ table, keepBytes },
  });
  signal.throwIfAborted();
  if (run === null) return null;
  onPhase('delivering');
  const tookMs = Date.now() - startedMs;
  const runMs = Math.min(tookMs, run.runMs);
  return {
    ...measureBytes(run.result),
    ...{ facts: run.facts, prepareMs: 0, runMs, waitMs: tookMs - runMs, content: run.result },
  };
}
