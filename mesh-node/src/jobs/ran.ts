import type { FileReference } from '@meshdeck/shared';
import type { RunFacts } from '../runners/runner.js';
import type { RunAttemptOptions } from './run-attempt.js';

/** An attempt whose files are on this machine. */
export interface ReadyAttempt extends Omit<RunAttemptOptions, 'content'> {
  bundleFolder: string;
  /** When its time is up, unix ms. */
  deadlineMs: number;
}

/** What came of a run. */
export interface Ran {
  facts: RunFacts;
  result: FileReference;
  rows: number;
  prepareMs: number;
  runMs: number;
  /** The whole result, where it is small. */
  content: Buffer | undefined;
}
