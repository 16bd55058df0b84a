import { env } from 'onnxruntime-node';
import type { ModelRun } from './run-model.js';
import type { OnnxRunResult } from './runner-messages.js';

const runtimeVersion = `onnxruntime-node ${env.versions.node ?? env.versions.common}`;

/** A run with what it took. `loadMs` of the model before it, 0 where it was loaded. */
export async function timedRun(loadMs: number, run: () => Promise<ModelRun>): Promise<OnnxRunResult> {
  const started = performance.now();
  const done = await run();
  return { ...done, modelLoadMs: loadMs, runMs: performance.now() - started, runtimeVersion };
}
