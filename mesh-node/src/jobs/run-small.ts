import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { measureBytes } from './measure-result.js';
import { resultPath } from './run-in-folder.js';
import type { Ran, ReadyRun } from './attempt-run.js';

/** A larger result is written to a file by the runner itself, in a second run. */
const keptBytes = 4 * 1024 * 1024;

/**
 * Runs a table that came with its order with no file at all: a dozen of them, made and removed again, would cost more
 * than most small jobs. A result that is too large to go with the report is written to its file here. Null where the runner
 * needs files, or the result is larger still.
 */
export async function runSmall(attempt: ReadyRun, table: Buffer): Promise<Ran | null> {
  const { order, signal, onPhase, bundleFolder, deadlineMs, onProgress } = attempt;
  const runner = attempt.runners[order.app.runtime];
  const inlineBytes = order.inlineResultBytes ?? 0;
  if (runner.runSmall === undefined || inlineBytes === 0) return null;
  onPhase('running');
  const startedMs = Date.now();
  const { entry } = order.app;
  const { limits, reading, form } = order;
  const run = await runner.runSmall({
    ...{ bundleFolder, entry, limits, reading, form, deadlineMs, signal, onProgress },
    inputName: order.input.name,
    ...{ table, keepBytes: keptBytes },
  });
  signal.throwIfAborted();
  if (run === null) return null;
  onPhase('delivering');
  const tookMs = Date.now() - startedMs;
  const runMs = Math.min(tookMs, run.runMs);
  const goesAlong = run.result.length <= inlineBytes;
  if (!goesAlong) await writeResult(await attempt.folder(), run.result);
  const { rows: knownRows, waitedMs: _none, ...facts } = run.facts;
  return {
    ...measureBytes(run.result, knownRows),
    ...{ facts, prepareMs: 0, runMs, waitMs: tookMs - runMs, content: goesAlong ? run.result : undefined },
  };
}

async function writeResult(folder: string, bytes: Buffer): Promise<void> {
  const path = resultPath(folder);
  await mkdir(dirname(path), { mode: 0o700 });
  await writeFile(path, bytes, { mode: 0o600 });
}
