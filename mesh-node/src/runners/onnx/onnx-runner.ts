import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { fromFailure, MeshdeckError, type Check, type ReadingOptions } from '@meshdeck/shared';
import type { TableForm } from '@meshdeck/shared/csv';
import type { Logger } from 'pino';
import type { ArrivingTable } from '../../csv/arriving-source.js';
import { partPath } from './part-path.js';
import type { InputOrigin } from './pictures/pictures-of.js';
import { createProcessPool } from './process-pool.js';
import type { WrapCommand, Outcome, Work } from './runner-child.js';
import type { ModelDescription, OnnxRunResult } from './runner-messages.js';
import { createSmallRuns } from './small-runs.js';
import { supervise, type WorkLimits } from './supervise.js';

interface RunTerms {
  modelPath: string;
  /** How the table is written that this one is a part of. */
  form?: TableForm;
  /** The largest result, in bytes. */
  outputLimitBytes: number;
  timeoutMs: number;
  /** Resident memory of the runner process, in bytes; by default what the runner was created with. */
  memoryLimitBytes?: number;
  signal: AbortSignal;
  /** What was said about how the table is to be read. */
  reading?: ReadingOptions | undefined;
  origin?: InputOrigin | undefined;
  /** `fraction` of the input read, 0 to 1; at most ten times a second. */
  onProgress: (progress: { fraction: number; rows: number }) => void;
}

export interface OnnxRunRequest extends RunTerms {
  inputPath: string;
  outputPath: string;
  /** The table is still on its way to `inputPath`. */
  arriving?: (ArrivingTable & { whole: Promise<unknown> }) | undefined;
}

export interface OnnxSmallRunRequest extends RunTerms {
  table: Buffer;
  /** A larger result is not given back. */
  keepBytes: number;
}

export interface OnnxCheckRequest extends Omit<RunTerms, 'outputLimitBytes' | 'onProgress'> {
  table: Buffer;
  /** It is the whole table. */
  complete: boolean;
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
  /**
   * How the model reads a table, by its first rows; what is wrong with the table is in the answer. Takes no turn: it
   * does not wait for runs that have every process. @throws as `run` for what is wrong with the model or its process
   */
  check(request: OnnxCheckRequest): Promise<Check>;
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

/**
 * `maxProcesses` runs go on at a time, each in its own process; further ones wait for a place. A process is forked
 * when first needed and ends after `idleMs` without work. `env` is the processes' whole environment.
 */
export function createOnnxRunner({
  logger,
  maxProcesses,
  memoryLimitBytes,
  env,
  wrapCommand,
  idleMs = defaultIdleMs,
  smallTogether = true,
  onLoaded = () => undefined,
  modulePath = onnxRunnerModule,
}: {
  logger: Logger;
  maxProcesses: number;
  memoryLimitBytes?: number;
  env: Record<string, string>;
  wrapCommand?: WrapCommand | undefined;
  idleMs?: number;
  /** Small tables of one model go to a process together. */
  smallTogether?: boolean;
  /** What is loaded changed. */
  onLoaded?: () => void;
  modulePath?: string;
}): OnnxRunner {
  const pool = createProcessPool({ logger, maxProcesses, env, wrapCommand, idleMs, onLoaded, modulePath });
  let keys = 0;
  const newKey = () => String((keys += 1));
  const runSmall = createSmallRuns({ pool, maxProcesses, mostTogether: smallTogether ? 32 : 1, newKey });

  async function work(request: Work, limits: WorkLimits, beyond = 0): Promise<Outcome> {
    const signal = AbortSignal.any([limits.signal, pool.stopping]);
    return pool.use(
      request.modelPath,
      signal,
      async (child) => {
        const outcome = await supervise(child, request, { ...limits, signal });
        if (outcome.type !== 'failed') pool.noteLoaded(child, request.modelPath);
        return outcome;
      },
      { beyond },
    );
  }

  const said = ({ reading, form, origin }: Pick<RunTerms, 'reading' | 'form' | 'origin'>) => ({
    ...(origin !== undefined && { origin }),
    ...(reading !== undefined && { reading }),
    ...(form !== undefined && { form }),
  });
  const limitsOf = ({
    timeoutMs,
    signal,
    onProgress,
    memoryLimitBytes: own,
  }: Omit<RunTerms, 'outputLimitBytes'>): WorkLimits => ({
    timeoutMs,
    signal,
    memoryLimitBytes: own ?? memoryLimitBytes,
    onInterim(report) {
      if (report.type === 'progress') onProgress({ fraction: report.fraction, rows: report.rows });
    },
  });

  return {
    async run({ inputPath, outputPath, arriving: { whole, ...arriving } = {}, ...terms }) {
      const { modelPath, outputLimitBytes } = terms;
      const outcome = await work(
        {
          type: 'run',
          jobKey: newKey(),
          ...{ modelPath, inputPath, outputPath, outputLimitBytes },
          ...said(terms),
          ...('partPath' in arriving && { arriving }),
        },
        { ...limitsOf(terms), clockFrom: whole },
      ).catch(async (error: unknown) => {
        await rm(partPath(outputPath), { force: true }); // a killed process leaves it
        throw error;
      });
      if (outcome.type !== 'done') throw failureOf(outcome);
      const { type: _type, jobKey: _jobKey, ...result } = outcome;
      return result;
    },
    runSmall({ table, keepBytes, ...terms }) {
      const { modelPath, outputLimitBytes } = terms;
      const run = { modelPath, table, keepBytes, outputLimitBytes, ...said(terms) };
      return runSmall({ ...run, limits: limitsOf(terms) });
    },
    async check({ modelPath, table, complete, reading, origin, ...terms }) {
      const outcome = await work(
        { type: 'check', jobKey: newKey(), ...{ modelPath, table, complete }, ...said({ reading, origin }) },
        limitsOf({ ...terms, modelPath, onProgress: () => undefined }),
        1,
      );
      if (outcome.type !== 'checked') throw failureOf(outcome);
      return outcome.check;
    },
    async inspect(modelPath) {
      const outcome = await work(
        { type: 'inspect', jobKey: newKey(), modelPath },
        {
          timeoutMs: inspectTimeoutMs,
          memoryLimitBytes,
          signal: pool.stopping,
          onInterim: () => undefined,
        },
      );
      if (outcome.type !== 'inspected') throw failureOf(outcome);
      return outcome.description;
    },
    loaded: pool.loaded,
    stop: pool.stop,
  };
}

function failureOf(outcome: Outcome): MeshdeckError {
  if (outcome.type === 'failed') return fromFailure(outcome.failure);
  return new MeshdeckError('internal', 'The runner process answered something else than it was asked.');
}
