import { env } from 'onnxruntime-node';
import type { ModelRun } from './run-model.js';
import type { OnnxRunResult } from './runner-messages.js';

const runtimeVersion = `onnxruntime-node ${env.versions.node ?? env.versions.common}`;

/**
 * A run with what it took. `loadMs` of the model before it, 0 where it was loaded; `waited` says what it waited for its
 * table, in milliseconds.
 */
export async function timedRun(
  loadMs: number,
  run: () => Promise<ModelRun>,
  waited: () => number = () => 0,
): Promise<OnnxRunResult> {
  const started = performance.now();
  const done = await run();
  const waitedMs = waited();
  const runMs = Math.max(0, performance.now() - started - waitedMs);
  return { ...done, modelLoadMs: loadMs, runMs, waitedMs, runtimeVersion };
}
