import { dirname } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import {
  changedNode,
  changesAnything,
  type DataFlow,
  editModel,
  type ModelEdits,
  type ModelFile,
} from '@meshdeck/shared/onnx';
import { loadFailure } from './load-failure.js';

/** Locales that change letters as all but a few languages do; the first that a machine has is taken. */
const plainLocales = process.platform === 'win32' ? ['en-US'] : ['C.UTF-8', 'en_US.UTF-8'];
/** Turkish, Azerbaijani, Crimean Tatar, Kurdish and Tatar have a dotless i, Lithuanian a dot of its own. */
const ownLetters = /^(tr|az|crh|ku|tt|lt)([_.-]|$)/i;

interface SessionRequest {
  path: string;
  file: Uint8Array;
  model: ModelFile;
  flow: DataFlow;
  edits: ModelEdits;
  threads: number;
}

/**
 * Loads the model with the edits made. Where it wants a locale that the machine lacks, another one with the same rules
 * for letters takes its place.
 *
 * @throws MeshdeckError model-invalid, model-unsupported, app-memory-limit.
 */
export async function createSession(request: SessionRequest): Promise<InferenceSession> {
  let failure: unknown;
  const replacements: (string | undefined)[] = [undefined, ...plainLocales];
  for (const replacement of replacements) {
    try {
      if (replacement !== undefined) replaceLocales(request, replacement);
      return await load(request);
    } catch (error) {
      failure ??= error;
      const wanted = /construct locale with name:([^\s:]+)/.exec(String(error))?.[1];
      if (wanted === undefined || ownLetters.test(wanted)) break;
    }
  }
  throw loadFailure(failure, request.model, request.flow);
}

async function load({ path, file, model, edits, threads }: SessionRequest): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 4,
  };
  if (!changesAnything(edits)) return InferenceSession.create(path, options);
  // Weights may lie in files beside the model: a model that is not read from its path has to be told where.
  const weights = { session: { model_external_initializers_file_folder_path: dirname(path) } };
  return InferenceSession.create(editModel(file, model, edits), { ...options, extra: weights });
}

function replaceLocales({ file, model, edits }: SessionRequest, locale: string): void {
  for (const node of model.graph.nodes) {
    const [output] = node.outputs;
    const own = node.attributes.get('locale')?.text ?? '';
    if (node.operator !== 'StringNormalizer' || output === undefined || ownLetters.test(own)) continue;
    edits.nodes.set(output, [changedNode(file, node, { name: 'locale', value: locale })]);
  }
}
