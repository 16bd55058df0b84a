import type { AttemptPhase, FileReference, RunOrder } from '@meshdeck/shared';
import type { Environment } from '../runners/environments.js';
import type { AheadLink, ResultAhead } from './result-ahead.js';
import type { RunFacts, RunnerJob, Runners } from '../runners/runner.js';

/** What a run of an attempt is given, and whom it tells. */
export interface AttemptRun {
  order: RunOrder;
  /** When the order came, unix ms. */
  receivedMs: number;
  /** A folder of the attempt's own, made when first asked for. */
  folder: () => Promise<string>;
  runners: Runners;
  /** By which its result is sent while it is written. */
  ahead: AheadLink;
  signal: AbortSignal;
  /** Aborted when nobody waits for what it leaves any more. */
  closing: AbortSignal;
  onPhase: (phase: AttemptPhase) => void;
  onLine: RunnerJob['onLine'];
  onDropped: RunnerJob['onDropped'];
  onProgress: RunnerJob['onProgress'];
}

/** Its files are on this machine. */
export interface ReadyRun extends AttemptRun {
  bundleFolder: string;
  /** Files besides the table, by the names that the app finds them by. */
  inputs: readonly { name: string; path: string }[];
  /** Variables of the app's environment, secrets among them: never written down. */
  variables: Readonly<Record<string, string>>;
  /** Takes secrets out of what the app prints. */
  mask: (text: string) => string;
  /** What its packages are installed in. */
  environment: Environment | null;
  /** When its time is up, unix ms. */
  deadlineMs: number;
}

/** What came of it. */
export interface Ran {
  facts: RunFacts;
  /** Undefined where its app makes none. */
  result: FileReference | undefined;
  rows: number | null;
  prepareMs: number;
  runMs: number;
  /** What it waited for others that ran before it in the same process. */
  waitMs?: number;
  /** What it waited for a table that was on its way; not in `runMs`. */
  waitedMs?: number;
  /** The beginning of a large result is with the hub. */
  ahead?: ResultAhead | undefined;
  /** The whole result, where it is small. */
  content: Buffer | undefined;
}
