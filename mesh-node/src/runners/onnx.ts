import { join } from 'node:path';
import { manifestFileName } from '@meshdeck/shared';
import type { OnnxRunner } from './onnx/onnx-runner.js';
import { partPath } from './onnx/part-path.js';
import type { OnnxRunResult } from './onnx/runner-messages.js';
import { predictionsName, type RunFacts, type Runner, type SmallJob } from './runner.js';

function factsOf(result: OnnxRunResult, tookMs: number): RunFacts {
  return {
    runtimeVersion: result.runtimeVersion,
    peakMemoryBytes: null,
    columnMap: result.columnMap.inputs,
    reading: result.reading,
    rows: result.rows,
    warm: result.modelLoadMs === 0,
    // The process measures from the loaded model on: what came before was its start.
    startMs: Math.max(0, tookMs - result.runMs - result.waitedMs),
    waitedMs: result.waitedMs,
  };
}

const originOf = ({ bundleFolder, inputName }: Pick<SmallJob, 'bundleFolder' | 'inputName'>) => ({
  inputName,
  manifestPath: join(bundleFolder, manifestFileName),
});

const termsOf = ({
  bundleFolder,
  entry,
  inputName,
  form,
  limits,
  reading,
  deadlineMs,
  signal,
  onProgress,
}: Omit<SmallJob, 'table' | 'keepBytes'>) => ({
  modelPath: join(bundleFolder, entry),
  origin: originOf({ bundleFolder, inputName }),
  ...(form !== undefined && { form }),
  outputLimitBytes: limits.outputBytes,
  memoryLimitBytes: limits.memoryBytes,
  reading,
  timeoutMs: Math.max(1, deadlineMs - Date.now()),
  signal,
  onProgress: ({ fraction, rows }: { fraction: number; rows: number }) => onProgress(fraction, rows),
});

/** ONNX models need no code: the warm runner process reads the table and writes the predictions. */
export function createOnnxAppRunner({ onnx, inMemory }: { onnx: OnnxRunner; inMemory: boolean }): Runner {
  const runSmall: Runner['runSmall'] = async ({ table, keepBytes, ...job }) => {
    const startedMs = performance.now();
    const run = await onnx.runSmall({ ...termsOf(job), table, keepBytes });
    if (run === null) return null;
    // Others may have run before it in the same process; what it waited for a start or its model is its own.
    const runMs = run.modelLoadMs === 0 ? run.runMs : performance.now() - startedMs;
    return { facts: factsOf(run, runMs), result: run.table, runMs };
  };
  return {
    streams: true,
    prepare: (job) =>
      Promise.resolve({
        growingPath: partPath(join(job.outputFolder, predictionsName)),
        async run() {
          const startedMs = performance.now();
          const outputPath = join(job.outputFolder, predictionsName);
          const { inputPath, arriving } = job;
          const result = await onnx.run({ ...termsOf(job), inputPath, outputPath, arriving });
          return factsOf(result, performance.now() - startedMs);
        },
      }),
    ...(inMemory && { runSmall }),
    check: ({ bundleFolder, entry, inputName, limits, deadlineMs, ...job }) =>
      onnx.check({
        modelPath: join(bundleFolder, entry),
        origin: originOf({ bundleFolder, inputName }),
        memoryLimitBytes: limits.memoryBytes,
        timeoutMs: Math.max(1, deadlineMs - Date.now()),
        ...job,
      }),
  };
}
