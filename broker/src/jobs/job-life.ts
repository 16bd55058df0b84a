import {
  isFinal,
  type AttemptFacts,
  type AttemptPhase,
  type Failure,
  type FileReference,
  type JobState,
} from '@meshdeck/shared';
import type { AttemptDocument, JobDocument, TaskDocument } from './job-document.js';
import { afterFailure } from './retry-policy.js';

/**
 * A job's life, `queued -> placed -> running -> succeeded | failed | cancelled`, as pure functions from a document
 * to the next one. An attempt carries a fencing token; a function that is handed a token of another attempt, or
 * finds the task already decided, returns null: the report is late or doubled and is dropped.
 */

const isOpen = (attempt: AttemptDocument) => attempt.state === 'placed' || attempt.state === 'running';

export function openAttempt(task: TaskDocument): AttemptDocument | undefined {
  return task.attempts.find(isOpen);
}

function jobStateOf(tasks: readonly TaskDocument[], before: JobState): JobState {
  const states = tasks.map(({ state }) => state);
  if (states.includes('failed')) return 'failed';
  if (states.every((state) => state === 'succeeded')) return 'succeeded';
  if (states.includes('cancelled')) return 'cancelled';
  if (states.includes('running')) return 'running';
  if (states.includes('placed')) return 'placed';
  return before === 'running' && states.some((state) => state === 'succeeded') ? 'running' : 'queued';
}

function withTask(job: JobDocument, task: TaskDocument, at: number): JobDocument {
  const tasks = job.tasks.map((other) => (other.index === task.index ? task : other));
  const state = jobStateOf(tasks, job.state);
  return {
    ...job,
    tasks,
    state,
    startedAt: job.startedAt ?? (state === 'placed' || state === 'running' ? at : null),
    finishedAt: isFinal(state) ? (job.finishedAt ?? at) : null,
  };
}

/** The open attempt that this report speaks for, or null where it speaks for none. */
function fenced(
  job: JobDocument,
  attemptId: string,
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
  return { ...task, attempts: task.attempts.map((other) => (other.id === attempt.id ? attempt : other)) };
}

export function placed(
  job: JobDocument,
  taskIndex: number,
  node: { id: string; name: string },
  at: number,
): { job: JobDocument; attempt: AttemptDocument } | null {
  const task = job.tasks[taskIndex];
  if (task === undefined || task.state !== 'queued' || isFinal(job.state)) return null;
  const number = task.attempts.length + 1;
  const attempt: AttemptDocument = {
    id: `${job.id}-${taskIndex}-${number}`,
    number,
    token: job.nextToken,
    nodeId: node.id,
    nodeName: node.name,
    state: 'placed',
    phase: null,
    placedAt: at,
    startedAt: null,
    finishedAt: null,
    progress: 0,
    failure: null,
    facts: null,
  };
  const next: TaskDocument = { ...task, state: 'placed', attempts: [...task.attempts, attempt] };
  return { job: { ...withTask(job, next, at), nextToken: job.nextToken + 1 }, attempt };
}

export function phased(
  job: JobDocument,
  attemptId: string,
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
    startedAt: open.attempt.startedAt ?? (runs ? at : null),
  };
  return withTask(
    job,
    { ...withAttempt(open.task, attempt), state: attempt.state === 'running' ? 'running' : 'placed' },
    at,
  );
}

export function progressed(
  job: JobDocument,
  attemptId: string,
  token: number,
  fraction: number,
): JobDocument | null {
  const open = fenced(job, attemptId, token);
  if (open === null) return null;
  const progress = Math.max(open.attempt.progress, fraction);
  const task = withAttempt(open.task, { ...open.attempt, progress });
  return { ...job, tasks: job.tasks.map((other) => (other.index === task.index ? task : other)) };
}

/** Commits the one result of a task. */
export function succeeded(
  job: JobDocument,
  attemptId: string,
  token: number,
  result: FileReference,
  facts: AttemptFacts,
  at: number,
): JobDocument | null {
  const open = fenced(job, attemptId, token);
  if (open === null) return null;
  const attempt: AttemptDocument = {
    ...open.attempt,
    state: 'succeeded',
    phase: null,
    progress: 1,
    finishedAt: at,
    facts,
  };
  const next = withTask(job, { ...withAttempt(open.task, attempt), state: 'succeeded' }, at);
  return { ...next, output: result, rows: facts.rows, failure: null };
}

/**
 * Ends the open attempt as failed (the machine said so) or abandoned (the hub gave it up), and puts the task back
 * in the queue or the job to its end, as the retry policy says.
 */
export function attemptEnded(
  job: JobDocument,
  attemptId: string,
  token: number,
  how: 'failed' | 'abandoned',
  failure: Failure,
  at: number,
): JobDocument | null {
  const open = fenced(job, attemptId, token);
  if (open === null) return null;
  const task = withAttempt(open.task, { ...open.attempt, state: how, phase: null, finishedAt: at, failure });
  const codes = task.attempts.flatMap((attempt) => attempt.failure?.code ?? []);
  const verdict = afterFailure(codes, job.options.maxAttempts);
  if (verdict.retry) {
    return { ...withTask(job, { ...task, state: 'queued', retryAt: at + verdict.delayMs }, at), failure };
  }
  return { ...withTask(job, { ...task, state: 'failed' }, at), failure };
}

export function cancelled(job: JobDocument, at: number): JobDocument | null {
  if (isFinal(job.state)) return null;
  const tasks = job.tasks.map((task): TaskDocument => {
    if (task.state === 'succeeded') return task;
    return {
      ...task,
      state: 'cancelled',
      attempts: task.attempts.map((attempt) =>
        isOpen(attempt) ? { ...attempt, state: 'cancelled', phase: null, finishedAt: at } : attempt,
      ),
    };
  });
  return {
    ...job,
    tasks,
    state: 'cancelled',
    finishedAt: at,
    failure: { code: 'cancelled', message: 'The job was cancelled.' },
  };
}
