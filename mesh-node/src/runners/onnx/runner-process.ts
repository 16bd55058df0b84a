/**
 * The warm runner: a process of its own that keeps ONNX Runtime and the last models loaded and works off one run
 * after another for the agent that forked it. It alone loads onnxruntime-node, so an agent with no ONNX job stays
 * small and a model that crashes takes no agent with it. Ends when the agent's channel closes.
 */
import { assertNever, MeshdeckError, toFailure } from '@meshdeck/shared';
import { arrivingSource } from '../../csv/arriving-source.js';
import { fileSink } from '../../csv/table-sink.js';
import { fileSource } from '../../csv/table-source.js';
import { checkTable } from './check-table.js';
import type { ValueType } from '@meshdeck/shared/onnx';
import { createModelCache, type ModelCache } from './model-cache.js';
import type { LoadedModel } from './load-model.js';
import { endWithParent } from './orphan-watch.js';
import { createReadingDraft } from './reading-draft.js';
import { runInput } from './run-input.js';
import { runSmallTables } from './run-small-tables.js';
import { partPath } from './part-path.js';
import {
  runnerRequestSchema,
  type ModelDescription,
  type RunnerReport,
  type RunnerRequest,
  type SmallResult,
} from './runner-messages.js';
import { timedRun } from './timed-run.js';

const modelsKept = 2;
const progressEveryMs = 100;

const threads = Math.max(1, Math.trunc(Number(process.env['MESHDECK_ONNX_THREADS'] ?? 1)) || 1);
const cache = createModelCache({ size: modelsKept, threads });
let current: { jobKey: string; abort: AbortController } | undefined;

endWithParent();
process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  const request = runnerRequestSchema.safeParse(message);
  if (request.success) void handle(request.data);
});
report({ type: 'ready' });

function report(message: RunnerReport): void {
  process.send?.(message);
}

async function handle(request: RunnerRequest): Promise<void> {
  const { jobKey } = request;
  if (request.type === 'cancel') {
    if (current?.jobKey === jobKey) current.abort.abort();
    return;
  }
  if (current !== undefined) {
    const busy = new MeshdeckError('conflict', 'This runner is busy with another run.');
    report({ type: 'failed', jobKey, failure: toFailure(busy) });
    return;
  }
  const abort = new AbortController();
  current = { jobKey, abort };
  try {
    const answer = await work(request, cache, abort.signal);
    current = undefined;
    report(answer);
  } catch (error) {
    current = undefined;
    report({ type: 'failed', jobKey, failure: toFailure(error) });
  }
}

async function work(
  request: Exclude<RunnerRequest, { type: 'cancel' }>,
  models: ModelCache,
  signal: AbortSignal,
): Promise<RunnerReport> {
  const { jobKey } = request;
  const { model, loadMs } = await models.get(request.modelPath);
  switch (request.type) {
    case 'inspect':
      return { type: 'inspected', jobKey, description: describe(model) };
    case 'check':
      return { type: 'checked', jobKey, check: await checkTable({ ...request, model, signal }) };
    case 'run': {
      const { inputPath, outputPath, outputLimitBytes, form, arriving, origin } = request;
      const draft = createReadingDraft(request.reading);
      const early = arriving && (await arrivingSource(inputPath, arriving, signal));
      const source = early ?? (await fileSource(inputPath));
      const openSink = () => fileSink(outputPath, partPath(outputPath));
      const run = () =>
        runInput({
          ...{ model, source, origin, form, openSink, outputLimitBytes, signal, draft },
          onProgress: progressReports(jobKey),
        });
      const result = await timedRun(loadMs, run, early?.waitedMs);
      return { type: 'done', jobKey, ...result };
    }
    case 'run-small': {
      const tell = (results: SmallResult[]) => report({ type: 'small-results', jobKey, results });
      await runSmallTables({ ...request, model, loadMs, signal, tell, onProgress: progressReports(jobKey) });
      return { type: 'done-small', jobKey };
    }
    default:
      return assertNever(request);
  }
}

type OnProgress = (progress: { fraction: number; rows: number }) => void;

function progressReports(jobKey: string): OnProgress {
  let reported = performance.now();
  return ({ fraction, rows }) => {
    const now = performance.now();
    if (now - reported < progressEveryMs) return;
    reported = now;
    report({ type: 'progress', jobKey, fraction, rows });
  };
}

function describe({ session, facts, inputs, outputs }: LoadedModel): ModelDescription {
  const [classNames] = facts.classLists;
  return {
    producer: facts.producer,
    inputs: inputs.map(({ name, type }) => tensorDescription(name, type)),
    outputs: outputs.map(({ name, type, tensors: [tensor] }) => {
      const given = session.outputMetadata.find((metadata) => metadata.name === tensor?.fetch);
      return type.kind === 'tensor' || !given?.isTensor
        ? tensorDescription(name, type)
        : { name, type: given.type, shape: [...given.shape] };
    }),
    ...(facts.featureNames === undefined ? {} : { featureNames: facts.featureNames }),
    ...(classNames === undefined ? {} : { classNames }),
  };
}

function tensorDescription(name: string, type: ValueType): ModelDescription['inputs'][number] {
  if (type.kind !== 'tensor') return { name, type: `sequence or map`, shape: [] };
  return { name, type: type.elements, shape: (type.shape ?? []).map((dim) => dim ?? '') };
}
