import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  meshdeckVersion,
  type AttemptFacts,
  type AttemptPhase,
  type FileReference,
  type RunOrder,
} from '@meshdeck/shared';
import type { Content } from '../cache/content.js';
import { predictionsName, type RunnerJob, type Runners } from '../runners/runner.js';
import { measureResult } from './measure-result.js';

export interface RunAttemptOptions {
  order: RunOrder;
  folder: string;
  content: Content;
  runners: Runners;
  signal: AbortSignal;
  onPhase: (phase: AttemptPhase) => void;
  onLine: RunnerJob['onLine'];
  onDropped: RunnerJob['onDropped'];
  onProgress: RunnerJob['onProgress'];
}

/** The result of an attempt, lying in its folder. */
export interface Finished {
  result: FileReference;
  facts: AttemptFacts;
}

export const resultPath = (folder: string) => join(folder, 'result', predictionsName);

/** Fetches, prepares and runs one attempt up to its measured result. Throws what went wrong. */
export async function runAttempt(options: RunAttemptOptions): Promise<Finished> {
  const { order, folder, content, runners, signal, onPhase } = options;
  const held: { release: () => void }[] = [];
  const startedMs = Date.now();
  try {
    onPhase('fetching');
    const [bundle, input] = await Promise.all([
      content.bundle(order.app.bundle, signal).then((each) => (held.push(each), each)),
      content.file(order.input, signal).then((each) => (held.push(each), each)),
    ]);
    const fetchedMs = Date.now();

    onPhase('preparing');
    const outputFolder = join(folder, 'result');
    await mkdir(outputFolder, { recursive: true, mode: 0o700 });
    const prepared = await runners[order.app.runtime].prepare({
      attemptId: order.attemptId,
      bundleFolder: bundle.path,
      bundleSha256: order.app.bundle.sha256,
      entry: order.app.entry,
      inputPath: input.path,
      inputName: order.input.name,
      folder,
      outputFolder,
      limits: order.limits,
      deadlineMs: fetchedMs + order.limits.timeSeconds * 1000,
      signal,
      onLine: options.onLine,
      onDropped: options.onDropped,
      onProgress: options.onProgress,
    });
    const preparedMs = Date.now();

    onPhase('running');
    const run = await prepared.run();
    const ranMs = Date.now();
    signal.throwIfAborted();

    onPhase('delivering');
    const { result, rows } = await measureResult(resultPath(folder), order.limits);
    const facts: AttemptFacts = {
      ...run,
      rows,
      fetchMs: fetchedMs - startedMs,
      prepareMs: preparedMs - fetchedMs,
      runMs: ranMs - preparedMs,
      deliverMs: 0,
      agentVersion: meshdeckVersion,
      platform: `${process.platform}-${process.arch}`,
    };
    return { result, facts };
  } finally {
    for (const each of held) each.release();
  }
}
