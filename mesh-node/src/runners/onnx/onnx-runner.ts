import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { fromFailure, MeshdeckError } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { partPath } from './part-path.js';
import { startRunnerChild, type Enclose, type Outcome, type RunnerChild, type Work } from './runner-child.js';
import type { ModelDescription, OnnxRunResult } from './runner-messages.js';
import { cancelled, supervise, type WorkLimits } from './supervise.js';

export interface OnnxRunRequest {
  modelPath: string;
  inputPath: string;
  outputPath: string;
  /** The largest result file, in bytes. */
  outputLimitBytes: number;
  timeoutMs: number;
  /** Resident memory of the runner process, in bytes; by default what the runner was created with. */
  memoryLimitBytes?: number;
  signal: AbortSignal;
  /** `fraction` of the input read, 0 to 1; at most ten times a second. */
  onProgress: (progress: { fraction: number; rows: number }) => void;
}

/** Runs ONNX models over tables in processes of their own, kept warm between runs. */
export interface OnnxRunner {
  /**
   * @throws MeshdeckError what the model or table deserves (model-invalid, model-unsupported, csv-empty,
   *   csv-malformed, csv-column-mismatch, csv-value-invalid), or app-timeout, app-memory-limit, app-output-limit,
   *   app-crashed, cancelled.
   */
  run(request: OnnxRunRequest): Promise<OnnxRunResult>;
  /** What a model takes and gives. @throws MeshdeckError model-invalid, model-unsupported, app-timeout. */
  inspect(modelPath: string): Promise<ModelDescription>;
  /** Ends every runner process; runs under way fail as cancelled. */
  stop(): Promise<void>;
}

/** The runner's program, where it lies beside this one. */
export const onnxRunnerModule = fileURLToPath(new URL('./runner-process.js', import.meta.url));

const inspectTimeoutMs = 60_000;
const defaultIdleMs = 60_000;

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
  modulePath = onnxRunnerModule,
}: {
  logger: Logger;
  maxProcesses: number;
  memoryLimitBytes?: number;
  env: Record<string, string>;
  enclose?: Enclose | undefined;
  idleMs?: number;
  modulePath?: string;
}): OnnxRunner {
  const children = new Set<RunnerChild>();
  const idle = new Map<RunnerChild, NodeJS.Timeout>();
  const waiting: (() => void)[] = [];
  const stopping = new AbortController();
  let busy = 0;

  const takeChild = (): RunnerChild => {
    for (const [child, timer] of idle) {
      clearTimeout(timer);
      idle.delete(child);
      if (child.alive) return child;
      children.delete(child);
    }
    const child = startRunnerChild({ modulePath, env, enclose, logger });
    children.add(child);
    return child;
  };
  const endChild = async (child: RunnerChild): Promise<void> => {
    idle.delete(child);
    await child.kill();
    children.delete(child);
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
    const child = takeChild();
    try {
      return await supervise(child, request, { ...limits, signal });
    } finally {
      putBack(child);
      busy--;
      waiting.shift()?.();
    }
  };

  return {
    async run({ modelPath, inputPath, outputPath, outputLimitBytes, ...limits }) {
      const outcome = await work(
        { type: 'run', jobKey: randomUUID(), modelPath, inputPath, outputPath, outputLimitBytes },
        { ...limits, memoryLimitBytes: limits.memoryLimitBytes ?? memoryLimitBytes },
      ).catch(async (error: unknown) => {
        await rm(partPath(outputPath), { force: true }); // a killed process leaves it
        throw error;
      });
      if (outcome.type !== 'done') throw failureOf(outcome);
      const { type: _type, jobKey: _jobKey, ...result } = outcome;
      return result;
    },
    async inspect(modelPath) {
      const outcome = await work(
        { type: 'inspect', jobKey: randomUUID(), modelPath },
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
