import type { Decision } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { place } from '../placement/place.js';
import type { MachineSnapshot, TaskNeeds } from '../placement/snapshot.js';
import type { JobBook } from './job-book.js';
import type { JobDocument, TaskDocument } from './job-document.js';
import type { JobFolders } from './job-folder.js';
import { placed } from './job-life.js';
import { runOrder } from './orders.js';
import { countOwners } from './owner-limits.js';
import { queueOrder } from './queue-order.js';
import { stragglers } from './stragglers.js';
import type { JobTransport } from './transport.js';

/** Retries and machines that become free without a word are looked at this often while something waits. */
const tickMs = 500;
/** While no slot is free only so many waiting jobs are looked at, */
const reasonedJobs = 200;
/** and each of them no more often than this: reasons are for people. */
const reasonAgainMs = 2_000;

export interface Dispatcher {
  /** Something changed that may let a waiting task go: look again soon. */
  wake(): void;
  /** The newest look at a job that waits. */
  waiting(jobId: string): Decision | undefined;
  forget(jobId: string): void;
  start(): void;
  stop(): Promise<void>;
}

export function taskNeeds(job: JobDocument, task: TaskDocument): TaskNeeds {
  return {
    labels: { ...job.needs.labels, ...job.options.labels },
    memoryBytes: job.options.memoryBytes ?? job.needs.memoryBytes,
    gpu: job.needs.gpu,
    runtime: job.app.runtime,
    nodeId: job.options.nodeId ?? null,
    failedOn: new Set(task.attempts.map((attempt) => attempt.nodeId)),
    rows: task.rows,
    bytes: job.app.bundle.bytes + (task.shard?.file ?? job.input).bytes,
  };
}

/** Why a job waits whose owner runs as many as they may. */
function ownLimitReached(job: JobDocument, task: TaskDocument, at: number): Decision {
  return {
    at,
    task: task.index,
    attempt: task.attempts.length + 1,
    outcome: 'waiting',
    chosenNodeId: null,
    summary: `Waits for another job of ${job.ownerName} to end: as many run already as this person may run at once.`,
    candidates: [],
  };
}

/** Hands queued tasks to machines, oldest job first, one look at a time. */
export function createDispatcher(options: {
  book: JobBook;
  folders: JobFolders;
  transport: JobTransport;
  /** The machines, with what is known of this job's model on them. */
  snapshot: (job: JobDocument) => MachineSnapshot[];
  sentOut: (attemptId: string, loadFactor: number | null) => void;
  waitingChanged: (job: JobDocument) => void;
  /** How many jobs of one owner may run at once; null: any number. */
  runningLimit: (owner: string) => number | null;
  now: () => number;
  logger: Logger;
}): Dispatcher {
  const { book, folders, transport, now, logger } = options;
  const waiting = new Map<string, Decision>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  async function placeTask(
    job: JobDocument,
    task: TaskDocument,
    decision: Decision,
    { beside = false } = {},
  ): Promise<void> {
    const node = decision.candidates.find(({ nodeId }) => nodeId === decision.chosenNodeId);
    if (node === undefined) return;
    const next = placed(job, task.index, { id: node.nodeId, name: node.nodeName }, now(), { beside });
    if (next === null) return;
    waiting.delete(job.id);
    options.sentOut(next.attempt.id, node.prediction?.loadFactor ?? null);
    await book.save(next.job);
    await folders.addDecision(job.id, decision);
    logger.info({ job: job.id, attempt: next.attempt.id, node: node.nodeName }, 'attempt placed');
    await transport.send(node.nodeId, runOrder(next.job, task, next.attempt));
  }

  async function noteWaiting(job: JobDocument, decision: Decision): Promise<void> {
    const before = waiting.get(job.id);
    waiting.set(job.id, decision);
    if (before?.summary === decision.summary) return;
    options.waitingChanged(job);
    if (before === undefined) await folders.addDecision(job.id, decision);
  }

  /** Places what it can, in the queue's order; what must wait is told why. */
  async function look(): Promise<void> {
    let reasoned = 0;
    const owners = countOwners(book.active(), options.runningLimit);
    for (const { id } of queueOrder([...book.active()])) {
      for (let index = 0; ; index += 1) {
        const job = book.find(id);
        const task = job?.tasks[index];
        if (job === undefined || task === undefined || stopped) break;
        if (task.state !== 'queued' || task.retryAt > now()) continue;
        if (!owners.mayStart(job)) {
          await noteWaiting(job, ownLimitReached(job, task, now()));
          break;
        }
        const machines = options.snapshot(job);
        if (!machines.some(({ slotsBusy, slotsTotal }) => slotsBusy < slotsTotal)) {
          if (reasoned >= reasonedJobs) return;
          reasoned += 1;
          const reasonedAt = waiting.get(id)?.at;
          if (reasonedAt !== undefined && now() - reasonedAt < reasonAgainMs) break;
        }
        const context = { at: now(), task: index, attempt: task.attempts.length + 1 };
        const decision = place(machines, taskNeeds(job, task), context);
        if (decision.outcome === 'placed') {
          await placeTask(job, task, decision);
          owners.started(job);
        } else {
          await noteWaiting(job, decision);
          // The other shards ask for the same and would hear the same.
          break;
        }
      }
    }
  }

  /** Near a split job's end: the parts that hold it up run a second time where there is room. */
  async function helpStragglers(): Promise<void> {
    for (const { id } of [...book.active()]) {
      const job = book.find(id);
      for (const task of job === undefined ? [] : stragglers(job, now())) {
        const current = book.find(id);
        if (current === undefined || stopped) break;
        const needs = taskNeeds(current, task);
        const context = { at: now(), task: task.index, attempt: task.attempts.length + 1 };
        const decision = place(options.snapshot(current), needs, context);
        if (decision.chosenNodeId === null || needs.failedOn.has(decision.chosenNodeId)) continue;
        logger.info({ job: id, part: task.index + 1 }, 'slow part runs a second time elsewhere');
        await placeTask(current, task, decision, { beside: true });
      }
    }
  }

  async function run(): Promise<void> {
    do {
      again = false;
      await look()
        .then(helpStragglers)
        .catch((error: unknown) => logger.error({ error: String(error) }, 'dispatch failed'));
    } while (again && !stopped);
    running = null;
  }

  function wake(): void {
    if (stopped) return;
    if (running !== null) again = true;
    else running = run();
  }

  return {
    wake,
    waiting: (jobId) => waiting.get(jobId),
    forget: (jobId) => waiting.delete(jobId),
    start() {
      timer = setInterval(wake, tickMs);
      wake();
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
