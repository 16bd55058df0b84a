import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { predictionsName, type RunnerJob } from '../runners/runner.js';
import { tooMuchOutput } from '../runners/process/limits.js';
import { measureResult } from './measure-result.js';
import { sendAhead } from './result-ahead.js';
import type { Ran, ReadyRun } from './attempt-run.js';

export const outputFolderOf = (folder: string) => join(folder, 'result');
export const resultPath = (folder: string) => join(outputFolderOf(folder), predictionsName);

const isThere = async (path: string) => (await lstat(path).catch(() => undefined))?.isFile() === true;

async function writeTable(folder: string, bytes: Buffer): Promise<string> {
  const path = join(folder, 'table');
  await writeFile(path, bytes, { mode: 0o400 });
  return path;
}

/** Runs an attempt in a folder of its own, which its result lies in afterwards. */
export async function runInFolder(
  attempt: ReadyRun,
  input: { path: string; arriving?: RunnerJob['arriving'] } | { table: Buffer },
): Promise<Ran> {
  const { order, signal, onPhase } = attempt;
  const startedMs = Date.now();
  onPhase('preparing');
  const folder = await attempt.folder();
  const outputFolder = outputFolderOf(folder);
  await mkdir(outputFolder, { mode: 0o700 });
  const job: RunnerJob = {
    attemptId: order.attemptId,
    bundleFolder: attempt.bundleFolder,
    bundleSha256: order.app.bundle.sha256,
    entry: order.app.entry,
    inputPath: 'path' in input ? input.path : await writeTable(folder, input.table),
    arriving: 'arriving' in input ? input.arriving : undefined,
    inputName: order.input.name,
    inputs: attempt.inputs,
    variables: attempt.variables,
    mask: attempt.mask,
    form: order.form,
    folder,
    outputFolder,
    limits: order.limits,
    reading: order.reading,
    params: order.params ?? { values: {}, arguments: [] },
    access: order.access ?? { network: false, gpu: false },
    deadlineMs: attempt.deadlineMs,
    graceMs: (order.outputs?.graceSeconds ?? 0) * 1000,
    signal,
    closing: attempt.closing,
    onLine: attempt.onLine,
    onDropped: attempt.onDropped,
    onProgress: attempt.onProgress,
  };
  const prepared = await attempt.runners[order.app.runtime].prepare(job, attempt.environment);
  const preparedMs = Date.now();

  onPhase('running');
  const { growingPath } = prepared;
  const ahead = growingPath && sendAhead({ growingPath, link: attempt.ahead, signal });
  try {
    const { rows: knownRows, waitedMs = 0, ...facts } = await prepared.run();
    const ranMs = Date.now();
    signal.throwIfAborted();

    onPhase('delivering');
    const times = {
      prepareMs: preparedMs - startedMs,
      runMs: Math.max(0, ranMs - preparedMs - waitedMs),
      waitedMs,
    };
    const path = resultPath(folder);
    const sent = ahead && (await ahead.finish(path));
    if (sent && knownRows !== undefined) {
      if (sent.bytes > order.limits.outputBytes) throw tooMuchOutput(order.limits.outputBytes);
      const result = { ...sent, name: predictionsName };
      return { facts, ...times, result, rows: knownRows, content: undefined, ahead };
    }
    if (ahead) await ahead.stop();
    if (order.outputs?.predictions === false && !(await isThere(path)))
      return { facts, ...times, result: undefined, rows: null, content: undefined };
    const keepBytes = order.inlineResultBytes;
    return { facts, ...times, ...(await measureResult(path, order.limits, { keepBytes, knownRows })) };
  } catch (error) {
    if (ahead) await ahead.stop();
    throw error;
  }
}
