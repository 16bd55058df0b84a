import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import { InferenceSession } from 'onnxruntime-node';
import { readDataFlow } from './graph/data-flow.js';
import { changesAnything, editModel, noEdits } from './graph/edit-model.js';
import { readModelFile, type ModelFile } from './graph/model-file.js';
import { rewriteOutputs, type OutputTensors } from './graph/rewrite-outputs.js';
import { readModelFacts, type ModelFacts } from './model-facts.js';

export interface LoadedModel {
  session: InferenceSession;
  facts: ModelFacts;
  /** The model's outputs, and the session's tensors that hold each. */
  outputs: OutputTensors[];
  loadMs: number;
}

/**
 * Loads an ONNX model for the CPU.
 *
 * @throws MeshdeckError model-invalid when the file is no ONNX model; model-unsupported when it is one that this
 *   version of ONNX Runtime cannot run.
 */
export async function loadModel({ path, threads }: { path: string; threads: number }): Promise<LoadedModel> {
  const started = performance.now();
  const file = await readFile(path);
  const model = parseModel(file);
  const flow = readDataFlow(model);
  const facts = readModelFacts(model, flow);
  const edits = noEdits();
  const outputs = rewriteOutputs(flow, edits);
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 4,
  };
  try {
    // Weights may lie in files beside the model: a model that is not read from its path has to be told where.
    const weights = { session: { model_external_initializers_file_folder_path: dirname(path) } };
    const session = changesAnything(edits)
      ? await InferenceSession.create(editModel(file, model, edits), { ...options, extra: weights })
      : await InferenceSession.create(path, options);
    return { session, facts, outputs, loadMs: performance.now() - started };
  } catch (error) {
    throw loadFailure(error);
  }
}

function parseModel(bytes: Buffer): ModelFile {
  let cause: unknown;
  try {
    const model = readModelFile(bytes);
    if (model !== undefined && model.graph.outputs.length > 0) return model;
  } catch (error) {
    cause = error;
  }
  throw new MeshdeckError(
    'model-invalid',
    'This file is not an ONNX model. Export the model to ONNX (skl2onnx, torch.onnx.export, tf2onnx) and try again.',
    { cause },
  );
}

function loadFailure(error: unknown): MeshdeckError {
  const detail = error instanceof Error ? error.message : String(error);
  const operator = /No Op registered for (\S+)/.exec(detail)?.[1];
  if (operator !== undefined) {
    return new MeshdeckError(
      'model-unsupported',
      `The model uses the operator ${operator}, which ONNX Runtime does not have. Export it with standard operators.`,
      { cause: error },
    );
  }
  if (/external (data|initializer)/i.test(detail)) {
    const file = /does not exist: "(?:[^"]*[\\/])?([^"\\/]+)"/.exec(detail)?.[1];
    return new MeshdeckError(
      'model-invalid',
      `The model keeps its weights in a file of their own${file === undefined ? '' : `, ${JSON.stringify(file)}`}, ` +
        'and that file is missing or incomplete. Push the folder that holds both.',
      { cause: error },
    );
  }
  if (/opset|IR version|NOT_IMPLEMENTED|Could not find an implementation/i.test(detail)) {
    return new MeshdeckError(
      'model-unsupported',
      'The model needs a newer ONNX Runtime than this machine has. Export it with an older opset (17 works).',
      { cause: error },
    );
  }
  return new MeshdeckError('model-invalid', 'The ONNX model is damaged or incomplete. Export it again.', {
    cause: error,
  });
}
