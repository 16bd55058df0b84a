import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  MeshdeckError,
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
  /** All of it, where it is small enough to go with the report. */
  content?: Buffer | undefined;
}

export const resultPath = (folder: string) => join(folder, 'result', predictionsName);

/** A table that came with the order. @throws MeshdeckError `hash-mismatch` */
async function writeInput(folder: string, file: FileReference, base64: string): Promise<{ path: string }> {
  const bytes = Buffer.from(base64, 'base64');
  if (createHash('sha256').update(bytes).digest('hex') !== file.sha256) {
    throw new MeshdeckError(
      'hash-mismatch',
      `"${file.name}" arrived damaged: its SHA-256 is not what it should be.`,
    );
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'table');
  await writeFile(path, bytes, { mode: 0o400 });
  return { path };
}

/** Fetches, prepares and runs one attempt up to its measured result. Throws what went wrong. */
export async function runAttempt(options: RunAttemptOptions): Promise<Finished> {
  const { order, folder, content, runners, signal, onPhase } = options;
  const held: { release: () => void }[] = [];
  const startedMs = Date.now();
  try {
    onPhase('fetching');
    const [bundle, input] = await Promise.all([
      content.bundle(order.app.bundle, signal).then((each) => (held.push(each), each)),
      order.inputContent === undefined
        ? content.file(order.input, signal).then((each) => (held.push(each), each))
        : writeInput(folder, order.input, order.inputContent),
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
      access: order.access ?? { network: false, gpu: false },
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
    const {
      result,
      rows,
      content: bytes,
    } = await measureResult(resultPath(folder), order.limits, order.inlineResultBytes);
    const facts: AttemptFacts = {
      ...run,
      rows,
      fetchMs: fetchedMs - startedMs,
      prepareMs: preparedMs - fetchedMs,
      runMs: ranMs - preparedMs,
      deliverMs: 0,
    };
    return { result, facts, content: bytes };
  } finally {
    for (const each of held) each.release();
  }
}
