import type { JobId, NodeId, PersonId } from '@meshdeck/shared';
import type { RecordedDecision } from '../../placement/recorded-decision.js';
import type { Look } from './look.js';

/** What a plan has to know of a job that waits. */
export interface WaitingJob {
  id: JobId;
  owner: PersonId;
  ownerName: string;
}

/** What a plan has to know of one of its tasks. */
export interface WaitingTask {
  index: number;
  /** Null: not known. */
  rows: number | null;
}

/**
 * All that one look at the queue depends on, as it is at `now`. The functions read; while a plan is made they answer
 * the same for the same arguments. They are functions because a look over ten thousand waiting jobs needs the machines of a few.
 */
export interface DispatchState<Job extends WaitingJob, Task extends WaitingTask> {
  /** Unix ms. */
  now: number;
  /** Jobs with a queued task, in fair order. */
  queue: Iterable<Job>;
  /** All of a job's tasks, in order. */
  tasksOf: (job: Job) => readonly Task[];
  /** It is queued, and no retry's delay holds it back. */
  isDue: (task: Task) => boolean;
  /** The number that its next attempt gets. */
  nextAttempt: (task: Task) => number;
  /** The task is one part of a split table. */
  isPart: (task: Task) => boolean;
  /** The same for tasks that would hear the same answer. */
  keyOf: (job: Job, task: Task) => string;
  /** The machines with what the capacity ledger says is reserved there, and the predictions for each task. */
  look: () => Look<Job, Task>;
  /**
   * What the mesh needs for the rest of the queue, in ms, without the task itself and without what the plan has placed
   * already (`placedRows` by job).
   */
  backlogMs: (job: Job, task: Task, placedRows: ReadonlyMap<Job, number>) => number;
  /** Until when a job may wait by choice, unix ms; Infinity before it has. */
  mayWaitUntil: (jobId: JobId) => number;
  /** Jobs with an attempt under way; read once somebody comes who has a limit. */
  underWay: () => Iterable<{ id: JobId; owner: PersonId }>;
  /** How many jobs of one owner may run at once; null: any number. */
  runningLimit: (owner: PersonId) => number | null;
  /** Whether reasons are given to those that wait where no slot is free, */
  reasonsDue: boolean;
  /** and to which: each of them now and then. */
  mayReason: (jobId: JobId) => boolean;
}

/** What is to be done with one task, in the order in which it is to be done. */
export type DispatchStep<Job, Task> =
  | { kind: 'place'; job: Job; task: Task; nodeId: NodeId; decision: RecordedDecision }
  | {
      kind: 'wait';
      job: Job;
      task: Task;
      decision: RecordedDecision;
      /** It waits by choice, though a free machine should finish it in so many ms; null: nothing could take it. */
      insteadOfMs: number | null;
    };
