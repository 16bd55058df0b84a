import type { JobState, PersonId } from '@meshdeck/shared';

export interface PageQuery {
  limit: number;
  /** Only jobs older than this: the `nextBefore` of the page before. */
  before?: number;
  /** Only of this person. */
  owner?: PersonId;
}

export interface JobQuery extends PageQuery {
  states?: readonly JobState[];
  /** Words that all occur in what the job is known by. */
  text?: string;
  /** Id or name of a machine that had an attempt of it. */
  machine?: string;
  app?: string;
  /** Hears how many bytes were read from disk for it. */
  onRead?: (bytes: number) => void;
}

/** `attempt`: its id, or `part-number`. */
export interface JobLogQuery {
  attempt?: string | undefined;
  cursor?: string | undefined;
  before?: string | undefined;
  tail?: boolean | undefined;
  limit: number;
}
