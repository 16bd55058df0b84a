import type {
  AttemptFacts,
  AppRuntime,
  AttemptId,
  Check,
  Moving,
  ParamValues,
  ReadingOptions,
} from '@meshdeck/shared';
import type { TableForm } from '@meshdeck/shared/csv';
import type { ArrivingTable } from '../csv/arriving-source.js';
import type { Environment, EnvironmentJob } from './environments.js';

export type OutputStream = 'stdout' | 'stderr' | 'agent';

/** One attempt as a runner sees it. Every path is absolute and exists. */
export interface RunnerJob {
  attemptId: AttemptId;
  /** The unpacked bundle: read it, never write to it. */
  bundleFolder: string;
  bundleSha256: string;
  /** Path of the app's entry inside the bundle. */
  entry: string;
  /** The table in the cache: read it, never write to it, and hand an app a copy. */
  inputPath: string;
  /** The table is still on its way to `inputPath`; `whole` settles once it has come, or will not. Only where it `streams`. */
  arriving?: (ArrivingTable & { whole: Promise<unknown> }) | undefined;
  /** What the table was called where it came from; not safe as a path. */
  inputName: string;
  /** Files besides the table, in the cache: as it. */
  inputs?: readonly { name: string; path: string }[] | undefined;
  /** How the table is written that the input is a part of. */
  form?: TableForm | undefined;
  /** This attempt's own folder; what lies in it counts against `outputBytes` and goes when the attempt does. */
  folder: string;
  /** Where `predictions.csv` is expected. */
  outputFolder: string;
  limits: { memoryBytes: number; outputBytes: number };
  /** What was said about how the table is to be read. */
  reading?: ReadingOptions | undefined;
  /** What its script is given to run with, and what of it comes on its command line. */
  params: { values: ParamValues; arguments: readonly string[] };
  /** More variables of its environment, secrets among them. */
  variables: Readonly<Record<string, string>>;
  /** Takes secrets out of a line that it printed. */
  mask: (text: string) => string;
  /** What its app asks of the sandbox. */
  access: { network: boolean; places?: string[] | undefined; gpu: boolean };
  /** When the attempt's time is up, unix ms. */
  deadlineMs: number;
  /** Between SIGTERM and the end. */
  graceMs: number;
  signal: AbortSignal;
  /** Aborted when there is no time for a grace. */
  closing: AbortSignal;
  /** `moving`: a state of a line that is drawn over itself. */
  onLine: (stream: OutputStream, text: string, moving?: Moving) => void;
  onDropped: (lines: number) => void;
  onProgress: (fraction: number, rows: number | null) => void;
}

/** A job whose table came with its order, for a runner that needs no file of it. */
export type SmallJob = Pick<
  RunnerJob,
  | 'bundleFolder'
  | 'entry'
  | 'inputName'
  | 'form'
  | 'limits'
  | 'reading'
  | 'deadlineMs'
  | 'signal'
  | 'onProgress'
> & {
  table: Buffer;
  /** A larger result is not given back. */
  keepBytes: number;
};

/** A dry run on a table's first rows. */
export type CheckJob = Pick<
  RunnerJob,
  'bundleFolder' | 'entry' | 'inputName' | 'limits' | 'reading' | 'deadlineMs' | 'signal'
> & {
  table: Buffer;
  /** It is the whole table. */
  complete: boolean;
};

export type RunFacts = Pick<
  AttemptFacts,
  'runtimeVersion' | 'peakMemoryBytes' | 'columnMap' | 'reading' | 'warm' | 'startMs'
> & {
  /** Of the result, where the runner wrote it itself. */
  rows?: number;
  /** What the run waited for a table that was on its way. */
  waitedMs?: number;
};

/** A job made ready to run: `run` resolves once `predictions.csv` is written and nothing of the app is left running. */
export interface PreparedRun {
  /** Where its result grows, from the first byte to the last, until it is whole and moved to its own name. */
  growingPath?: string;
  run: () => Promise<RunFacts>;
}

/** Runs apps of one kind. Every step throws MeshdeckErrors that say what went wrong with the app or the machine. */
export interface Runner {
  /** It can begin with a table that is still on its way. */
  streams?: boolean;
  /** Makes or finds what the app's packages are installed in, before there is any table; null where it asks for none. */
  environment?: (job: EnvironmentJob) => Promise<Environment | null>;
  prepare: (job: RunnerJob, environment: Environment | null) => Promise<PreparedRun>;
  /**
   * The whole run with no file; null where the result is larger than `keepBytes`: then it is run over files. `runMs`:
   * its own time and that of its start, without that of others before it.
   */
  runSmall?: (job: SmallJob) => Promise<{ facts: RunFacts; result: Buffer; runMs: number } | null>;
  /** How it reads a table; left out where the app reads it by itself. Takes no slot. */
  check?: (job: CheckJob) => Promise<Check>;
}

export type Runners = Record<AppRuntime, Runner>;

export const predictionsName = 'predictions.csv';
