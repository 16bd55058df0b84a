import { join } from 'node:path';
import type { OnnxRunner } from './onnx/onnx-runner.js';
import { predictionsName, type Runner } from './runner.js';

/** ONNX models need no code: the warm runner process reads the table and writes the predictions. */
export function createOnnxAppRunner({ onnx }: { onnx: OnnxRunner }): Runner {
  return {
    async prepare(job) {
      return {
        async run() {
          const startedMs = performance.now();
          const result = await onnx.run({
            modelPath: join(job.bundleFolder, job.entry),
            inputPath: job.inputPath,
            outputPath: join(job.outputFolder, predictionsName),
            outputLimitBytes: job.limits.outputBytes,
            memoryLimitBytes: job.limits.memoryBytes,
            timeoutMs: Math.max(1, job.deadlineMs - Date.now()),
            signal: job.signal,
            onProgress: ({ fraction, rows }) => job.onProgress(fraction, rows),
          });
          return {
            runtimeVersion: result.runtimeVersion,
            peakMemoryBytes: null,
            columnMap: result.columnMap.inputs,
            warm: result.modelLoadMs === 0,
            // The process measures from the loaded model on: what came before was its start.
            startMs: Math.max(0, performance.now() - startedMs - result.runMs),
          };
        },
      };
    },
  };
}
