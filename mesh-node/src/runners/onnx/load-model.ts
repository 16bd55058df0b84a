import { readFile } from 'node:fs/promises';
import { MeshdeckError } from '@meshdeck/shared';
import type { InferenceSession } from 'onnxruntime-node';
import { analyseModel, type ModelAnalysis, type ModelFile } from '@meshdeck/shared/onnx';
import { createSession } from './loading/create-session.js';
import { damagedModel, parseModel } from './loading/parse-model.js';

export interface LoadedModel extends Omit<ModelAnalysis, 'flow' | 'edits'> {
  session: InferenceSession;
  /** What exporters wrote into the file, by lower-case key. */
  metadata: ReadonlyMap<string, string>;
  loadMs: number;
}

/**
 * Loads an ONNX model for the CPU.
 *
 * @throws MeshdeckError model-invalid when the file is no ONNX model, saying what it is; model-unsupported when it is one
 *   that this version of ONNX Runtime cannot run; app-memory-limit.
 */
export async function loadModel({ path, threads }: { path: string; threads: number }): Promise<LoadedModel> {
  const started = performance.now();
  const file = await readModel(path);
  const model = parseModel(file);
  const { flow, edits, ...analysis } = analyse(file, model);
  const session = await createSession({ path, file, model, flow, edits, threads });
  return { ...analysis, session, metadata: model.metadata, loadMs: performance.now() - started };
}

async function readModel(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_FS_FILE_TOO_LARGE';
    if (!tooLarge) throw error;
    throw new MeshdeckError(
      'model-unsupported',
      'The model is larger than 2 GB, the most that one ONNX file can hold. Save its weights in a file of their own: ' +
        'onnx.save(model, "model.onnx", save_as_external_data=True)',
      { cause: error },
    );
  }
}

/** Lists are read when they are looked at, so a damaged one shows here. */
function analyse(file: Uint8Array, model: ModelFile): ModelAnalysis {
  try {
    return analyseModel(file, model);
  } catch (error) {
    throw error instanceof MeshdeckError ? error : damagedModel(file, error);
  }
}
