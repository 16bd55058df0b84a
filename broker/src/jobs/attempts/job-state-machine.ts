import {
  attemptIdOf,
  isFinal,
  type AttemptFacts,
  type AttemptId,
  type AttemptPhase,
  type Failure,
  type FileReference,
  type JobState,
  type NodeId,
  type TaskFiles,
} from '@meshdeck/shared';
import type { TableForm } from '@meshdeck/shared/csv';
import { isSplit, type AttemptDocument, type JobDocument, type TaskDocument } from '../job-document.js';
import { inLinesOfTable, withReading } from './shard-readings.js';
import { afterFailure } from './retry-policy.js';

/**
 * A job's life, `queued -> placed -> running -> merging -> succeeded | failed | cancelled`, as pure functions from a
 * document to the next one. A job has one task, or one per shard of its table. An attempt carries a fencing token; a
 * function that is handed a token of another attempt, or finds the task already decided, returns null: the report
 * is late or doubled and is dropped. So a result commits once by (job, shard, token).
 */

const isOpen = (attempt: AttemptDocument) => attempt.state === 'placed' || attempt.state === 'running';

/** `at`, and no time before what came earlier, although the clock was set back meanwhile: nothing lasts less than nothing. */
const notBefore = (at: number, earlier: number | null): number => Math.max(at, earlier ?? at);
const endOf = ({ startedAt, placedAt }: AttemptDocument, at: number) => notBefore(at, startedAt ?? placedAt);

export function openAttempts(task: TaskDocument): AttemptDocument[] {
  return task.attempts.filter(isOpen);
}

/** A job that has not been split yet has no tasks; it waits for them. */
function jobStateOf(job: JobDocument, tasks: readonly TaskDocument[]): JobState {
  const states = tasks.map(({ state }) => state);
  if (states.includes('failed')) return 'failed';
  if (states.includes('cancelled')) return 'cancelled';
  if (states.length === 0) return 'queued';
  if (states.every((state) => state === 'succeeded')) return isSplit(job) ? 'merging' : 'succeeded';
  if (states.includes('running') || states.includes('succeeded')) return 'running';
  return states.includes('placed') ? 'placed' : 'queued';
}

function withTask(job: JobDocument, task: TaskDocument, at: number): JobDocument {
  const tasks = job.tasks.map((other) => (other.index === task.index ? task : other));
  const state = jobStateOf(job, tasks);
  const next: JobDocument = {
    ...job,
    tasks,
    state,
    startedAt:
      job.startedAt ?? (state === 'placed' || state === 'running' ? notBefore(at, job.createdAt) : null),
  };
  return isFinal(state) ? closed(next, at) : next;
}

/** A job that has ended leaves no task or attempt open. */
function closed(job: JobDocument, at: number): JobDocument {
  const tasks = job.tasks.map((task): TaskDocument => {
    const attempts = task.attempts.map((attempt): AttemptDocument =>
      isOpen(attempt)
        ? { ...attempt, state: 'cancelled', phase: null, finishedAt: endOf(attempt, at) }
        : attempt,
    );
    const ended = task.state === 'succeeded' || task.state === 'failed';
    return { ...task, attempts, state: ended ? task.state : 'cancelled' };
  });
  return { ...job, tasks, finishedAt: job.finishedAt ?? notBefore(at, job.startedAt ?? job.createdAt) };
}

/** The open attempt that this report speaks for, or null where it speaks for none. */
function fenced(
  job: JobDocument,
  attemptId: AttemptId,
  token: number,
): { task: TaskDocument; attempt: AttemptDocument } | null {
  if (isFinal(job.state)) return null;
  for (const task of job.tasks) {
    const attempt = task.attempts.find((other) => other.id === attemptId);
    if (attempt !== undefined) {
      return attempt.token === token && isOpen(attempt) ? { task, attempt } : null;
    }
  }
  return null;
}

function withAttempt(task: TaskDocument, attempt: AttemptDocument): TaskDocument {
  const attempts = task.attempts.map((other) => (other.id === attempt.id ? attempt : other));
  const open = attempts.filter(isOpen);
  if (open.length === 0) return { ...task, attempts };
  return { ...task, attempts, state: open.some(({ state }) => state === 'running') ? 'running' : 'placed' };
}

/** Gives the job its tasks, once its table has been looked at. `form`: in which parts of the table are read. */
export function split(
  job: JobDocument,
  parts: readonly Pick<TaskDocument, 'shard' | 'rows'>[],
  form?: TableForm,
): JobDocument | null {
  if (isFinal(job.state) || job.tasks.length > 0) return null;
  const tasks = parts.map((part, index): TaskDocument => ({
    index,
    state: 'queued',
    ...part,
    output: null,
    attempts: [],
    retryAt: 0,
  }));
  return { ...job, tasks, ...(form !== undefined && { form }) };
}

/** Opens an attempt of a queued task, or, with `beside`, a second one of a task that takes too long elsewhere. */
export function placed(
  job: JobDocument,
  taskIndex: number,
  node: { id: NodeId; name: string },
  at: number,
  { beside = false } = {},
): { job: JobDocument; attempt: AttemptDocument } | null {
  const task = job.tasks[taskIndex];
  if (task === undefined || isFinal(job.state)) return null;
  const fits = beside ? openAttempts(task).length === 1 : task.state === 'queued';
  if (!fits) return null;
  const number = task.attempts.length + 1;
  const attempt: AttemptDocument = {
    id: attemptIdOf(job.id, taskIndex, number),
    number,
    token: job.nextToken,
    nodeId: node.id,
    nodeName: node.name,
    state: 'placed',
    phase: null,
    placedAt: notBefore(at, job.createdAt),
    startedAt: null,
    finishedAt: null,
    progress: 0,
    failure: null,
    facts: null,
  };
  const next = withAttempt({ ...task, attempts: [...task.attempts, attempt] }, attempt);
  return { job: { ...withTask(job, next, at), nextToken: job.nextToken + 1 }, attempt };
}

export function phased(
  job: JobDocument,
  attemptId: AttemptId,
  token: number,
  phase: AttemptPhase,
  at: number,
): JobDocument | null {
  const open = fenced(job, attemptId, token);
  if (open === null) return null;
  const runs = phase === 'running' || phase === 'delivering';
  const attempt: AttemptDocument = {
    ...open.attempt,
    phase,
    state: runs ? 'running' : open.attempt.state,
    startedAt: open.attempt.startedAt ?? (runs ? notBefore(at, open.attempt.placedAt) : null),
  };
  return withTask(job, withAttempt(open.task, attempt), at);
}

export function progressed(
  job: JobDocument,
  attemptId: AttemptId,
  token: number,
  fraction: number,
): JobDocument | null {
  const open = fenced(job, attemptId, token);
  if (open === null) return null;
  const progress = Math.max(open.attempt.progress, fraction);
  const task = withAttempt(open.task, { ...open.attempt, progress });
  return { ...job, tasks: job.tasks.map((other) => (other.index === task.index ? task : other)) };
}

/** What an attempt left in its output folder, all of it in the store. */
export type KeptFiles = Omit<TaskFiles, 'attemptId' | 'isPartial'>;

/** The task with these files in place of those of an earlier attempt; without any where there are none. */
function withFiles(
  { files: _earlier, ...task }: TaskDocument,
  attemptId: AttemptId,
  files: (KeptFiles & { isPartial?: boolean }) | undefined,
): TaskDocument {
  return files === undefined ? task : { ...task, files: { isPartial: false, ...files, attemptId } };
}

/** A job that was cancelled, with what one of its attempts had written; null where that attempt is none of it. */
export function cancelledWithFiles(
  job: JobDocument,
  attemptId: AttemptId,
  token: number,
  files: KeptFiles,
): JobDocument | null {
  if (job.state !== 'cancelled') return null;
  const isOf = ({ attempts }: TaskDocument) =>
    attempts.some((each) => each.id === attemptId && each.token === token && each.state === 'cancelled');
  if (!job.tasks.some(isOf)) return null;
  const tasks = job.tasks.map((task) =>
    isOf(task) ? withFiles(task, attemptId, { ...files, isPartial: true }) : task,
  );
  return { ...job, tasks };
}

/** Commits the one result of a task; other attempts of it have lost. */
export function succeeded(
  job: JobDocument,
  attemptId: AttemptId,
  token: number,
  result: FileReference | null,
  { reading, ...facts }: AttemptFacts,
  at: number,
  files?: KeptFiles,
): JobDocument | null {
  const open = fenced(job, attemptId, token);
  if (open === null) return null;
  const attempts = open.task.attempts.map((other): AttemptDocument => {
    if (other.id === attemptId) {
      // A quick run is over before its machine says that it has begun.
      const ranMs = Math.round(facts.runMs + facts.deliverMs);
      const startedAt = other.startedAt ?? Math.max(other.placedAt, at - ranMs);
      const finishedAt = notBefore(at, startedAt);
      return { ...other, state: 'succeeded', phase: null, progress: 1, startedAt, finishedAt, facts };
    }
    return isOpen(other)
      ? { ...other, state: 'cancelled', phase: null, finishedAt: endOf(other, at) }
      : other;
  });
  // Once with the job, not with every one of thousands of parts.
  const read = withReading(job, open.task, reading);
  const task: TaskDocument = { ...withFiles(open.task, attemptId, files), attempts };
  const next = withTask(read, { ...task, state: 'succeeded', output: result }, at);
  if (next.state !== 'succeeded') return { ...next, failure: null };
  return { ...next, output: result, rows: facts.rows, failure: null };
}

/** The parts are one table again. */
export function merged(
  job: JobDocument,
  output: FileReference,
  rows: number,
  at: number,
): JobDocument | null {
  if (job.state !== 'merging') return null;
  return {
    ...job,
    state: 'succeeded',
    output,
    rows,
    failure: null,
    finishedAt: notBefore(at, job.startedAt),
  };
}

/** Back to one task for the whole table, after its parts did not fit together. Attempt numbers go on. */
export function unsplit(job: JobDocument, failure: Failure): JobDocument | null {
  const first = job.tasks[0];
  if (job.state !== 'merging' || first === undefined) return null;
  const whole: TaskDocument = {
    ...first,
    state: 'queued',
    shard: null,
    rows: null,
    output: null,
    retryAt: 0,
  };
  const { reading: _ofParts, form: _inParts, ...rest } = job;
  return { ...rest, tasks: [whole], state: 'queued', failure };
}

/** The job cannot go on, for a reason that lies in no attempt: its table cannot be split, its parts not merged. */
export function failed(job: JobDocument, failure: Failure, at: number): JobDocument | null {
  if (isFinal(job.state)) return null;
  return { ...closed(job, at), state: 'failed', failure };
}

/**
 * Ends the open attempt as failed (the machine said so) or abandoned (the hub gave it up), and puts the task back
 * in the queue or the job to its end, as the retry policy says. A task with another attempt under way just goes on.
 */
export function attemptEnded(
  job: JobDocument,
  attemptId: AttemptId,
  token: number,
  how: 'failed' | 'abandoned',
  said: Failure,
  at: number,
  files?: KeptFiles,
): JobDocument | null {
  const open = fenced(job, attemptId, token);
  if (open === null) return null;
  const failure = { ...said, message: inLinesOfTable(said.message, job, open.task) };
  const left =
    files === undefined ? open.task : withFiles(open.task, attemptId, { ...files, isPartial: true });
  const task = withAttempt(left, {
    ...open.attempt,
    state: how,
    phase: null,
    finishedAt: endOf(open.attempt, at),
    failure,
  });
  if (openAttempts(task).length > 0) return withTask(job, task, at);
  const codes = task.attempts.flatMap((attempt) => attempt.failure?.code ?? []);
  const verdict = afterFailure(codes, job.options.maxAttempts);
  const next: TaskDocument = verdict.retry
    ? { ...task, state: 'queued', retryAt: at + verdict.delayMs }
    : { ...task, state: 'failed' };
  return { ...withTask(job, next, at), failure };
}

export function cancelled(job: JobDocument, at: number): JobDocument | null {
  if (isFinal(job.state)) return null;
  return {
    ...closed(job, at),
    state: 'cancelled',
    failure: { code: 'cancelled', message: 'The job was cancelled.' },
  };
}
