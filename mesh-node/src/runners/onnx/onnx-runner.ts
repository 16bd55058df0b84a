import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { fromFailure, MeshdeckError } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { partPath } from './part-path.js';
import { startRunnerChild, type Enclose, type Outcome, type RunnerChild, type Work } from './runner-child.js';
import type { ModelDescription, OnnxRunResult } from './runner-messages.js';
import { cancelled, supervise, type WorkLimits } from './supervise.js';

interface RunTerms {
  modelPath: string;
  /** The largest result, in bytes. */
  outputLimitBytes: number;
  timeoutMs: number;
  /** Resident memory of the runner process, in bytes; by default what the runner was created with. */
  memoryLimitBytes?: number;
  signal: AbortSignal;
  /** `fraction` of the input read, 0 to 1; at most ten times a second. */
  onProgress: (progress: { fraction: number; rows: number }) => void;
}

export interface OnnxRunRequest extends RunTerms {
  inputPath: string;
  outputPath: string;
}

export interface OnnxSmallRunRequest extends RunTerms {
  table: Buffer;
  /** A larger result is not given back. */
  keepBytes: number;
}

/** Runs ONNX models over tables in processes of their own, kept warm between runs. */
export interface OnnxRunner {
  /**
   * @throws MeshdeckError what the model or table deserves (model-invalid, model-unsupported, csv-empty,
   *   csv-malformed, csv-column-mismatch, csv-value-invalid), or app-timeout, app-memory-limit, app-output-limit,
   *   app-crashed, cancelled.
   */
  run(request: OnnxRunRequest): Promise<OnnxRunResult>;
  /** The same without a file; null where the result is larger than `keepBytes`. @throws as `run` */
  runSmall(request: OnnxSmallRunRequest): Promise<(OnnxRunResult & { table: Buffer }) | null>;
  /** What a model takes and gives. @throws MeshdeckError model-invalid, model-unsupported, app-timeout. */
  inspect(modelPath: string): Promise<ModelDescription>;
  /** Models that some process has loaded: a run of theirs starts at once. */
  loaded(): Set<string>;
  /** Ends every runner process; runs under way fail as cancelled. */
  stop(): Promise<void>;
}

/** The runner's program, where it lies beside this one. */
export const onnxRunnerModule = fileURLToPath(new URL('./runner-process.js', import.meta.url));

const inspectTimeoutMs = 60_000;
const defaultIdleMs = 60_000;
/** As many as a runner process keeps loaded. */
const modelsKept = 2;

/**
 * `maxProcesses` runs go on at a time, each in its own process; further ones wait for a place. A process is forked
 * when first needed and ends after `idleMs` without work. `env` is the processes' whole environment.
 */
export function createOnnxRunner({
  logger,
  maxProcesses,
  memoryLimitBytes,
  env,
  enclose,
  idleMs = defaultIdleMs,
  onLoaded = () => undefined,
  modulePath = onnxRunnerModule,
}: {
  logger: Logger;
  maxProcesses: number;
  memoryLimitBytes?: number;
  env: Record<string, string>;
  enclose?: Enclose | undefined;
  idleMs?: number;
  /** What is loaded changed. */
  onLoaded?: () => void;
  modulePath?: string;
}): OnnxRunner {
  const children = new Set<RunnerChild>();
  const idle = new Map<RunnerChild, NodeJS.Timeout>();
  const waiting: (() => void)[] = [];
  const stopping = new AbortController();
  /** The models each process used last, newest first. */
  const models = new Map<RunnerChild, string[]>();
  let busy = 0;
  let keys = 0;
  const newKey = () => String((keys += 1));

  const holds = (child: RunnerChild, modelPath: string) => models.get(child)?.includes(modelPath) ?? false;

  /** A waiting process, rather one that has the model loaded. */
  const takeChild = (modelPath: string): RunnerChild => {
    const waitingOnes = [...idle].sort(
      ([a], [b]) => Number(holds(b, modelPath)) - Number(holds(a, modelPath)),
    );
    for (const [child, timer] of waitingOnes) {
      clearTimeout(timer);
      idle.delete(child);
      if (child.alive) return child;
      drop(child);
    }
    const child = startRunnerChild({ modulePath, env, enclose, logger });
    children.add(child);
    return child;
  };
  function drop(child: RunnerChild): void {
    children.delete(child);
    if (models.delete(child)) onLoaded();
  }
  const endChild = async (child: RunnerChild): Promise<void> => {
    idle.delete(child);
    await child.kill();
    drop(child);
  };
  const noteLoaded = (child: RunnerChild, modelPath: string): void => {
    const before = models.get(child) ?? [];
    models.set(child, [modelPath, ...before.filter((path) => path !== modelPath)].slice(0, modelsKept));
    if (before[0] !== modelPath) onLoaded();
  };
  const putBack = (child: RunnerChild): void => {
    if (!child.alive || stopping.signal.aborted) return void endChild(child);
    idle.set(child, setTimeout(() => void endChild(child), idleMs).unref());
  };

  const work = async (request: Work, limits: WorkLimits): Promise<Outcome> => {
    const signal = AbortSignal.any([limits.signal, stopping.signal]);
    while (busy >= maxProcesses && !signal.aborted) await place(waiting, signal);
    if (signal.aborted) throw cancelled();
    busy++;
    const child = takeChild(request.modelPath);
    try {
      const outcome = await supervise(child, request, { ...limits, signal });
      if (outcome.type !== 'failed') noteLoaded(child, request.modelPath);
      return outcome;
    } finally {
      putBack(child);
      busy--;
      waiting.shift()?.();
    }
  };

  return {
    async run({ modelPath, inputPath, outputPath, outputLimitBytes, ...limits }) {
      const outcome = await work(
        { type: 'run', jobKey: newKey(), modelPath, inputPath, outputPath, outputLimitBytes },
        { ...limits, memoryLimitBytes: limits.memoryLimitBytes ?? memoryLimitBytes },
      ).catch(async (error: unknown) => {
        await rm(partPath(outputPath), { force: true }); // a killed process leaves it
        throw error;
      });
      if (outcome.type !== 'done') throw failureOf(outcome);
      const { type: _type, jobKey: _jobKey, ...result } = outcome;
      return result;
    },
    async runSmall({ modelPath, table, keepBytes, outputLimitBytes, ...limits }) {
      const outcome = await work(
        { type: 'run-small', jobKey: newKey(), modelPath, table, keepBytes, outputLimitBytes },
        { ...limits, memoryLimitBytes: limits.memoryLimitBytes ?? memoryLimitBytes },
      );
      if (outcome.type === 'result-too-large') return null;
      if (outcome.type !== 'done-small') throw failureOf(outcome);
      const { type: _type, jobKey: _jobKey, table: bytes, ...result } = outcome;
      return { ...result, table: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
    },
    async inspect(modelPath) {
      const outcome = await work(
        { type: 'inspect', jobKey: newKey(), modelPath },
        {
          timeoutMs: inspectTimeoutMs,
          memoryLimitBytes,
          signal: stopping.signal,
          onProgress: () => undefined,
        },
      );
      if (outcome.type !== 'inspected') throw failureOf(outcome);
      return outcome.description;
    },
    loaded: () => new Set([...models].flatMap(([child, paths]) => (child.alive ? paths : []))),
    async stop() {
      stopping.abort();
      await Promise.all([...children].map(endChild));
    },
  };
}

/** Waits for a place to come free, or the signal. */
function place(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    const leave = (): void => {
      waiting.splice(waiting.indexOf(go), 1);
      resolve();
    };
    signal.addEventListener('abort', leave, { once: true });
    waiting.push(go);
  });
}

function failureOf(outcome: Outcome): MeshdeckError {
  if (outcome.type === 'failed') return fromFailure(outcome.failure);
  return new MeshdeckError('internal', 'The runner process answered something else than it was asked.');
}
