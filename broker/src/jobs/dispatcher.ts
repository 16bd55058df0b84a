import type { Decision } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { place } from '../placement/place.js';
import { neededProtection } from '../placement/protected-enough.js';
import type { MachineSnapshot, TaskNeeds } from '../placement/snapshot.js';
import type { JobBook } from './job-book.js';
import type { AttemptDocument, JobDocument, TaskDocument } from './job-document.js';
import type { JobFolders } from './job-folder.js';
import { placed } from './job-life.js';
import type { MakeRunOrder } from './orders.js';
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
    protection: neededProtection(job.needs.protection, job.options.protection),
    runtime: job.app.runtime,
    nodeId: job.options.nodeId ?? null,
    failedOn: new Set(task.attempts.map((attempt) => attempt.nodeId)),
    rows: task.rows,
    bytes: job.app.bundle.bytes + (task.shard?.file ?? job.input).bytes,
  };
}

const keys = new WeakMap<TaskDocument, string>();

/** The same for tasks that would hear the same answer. */
function keyOf(job: JobDocument, task: TaskDocument): string {
  const known = keys.get(task);
  if (known !== undefined) return known;
  const { failedOn, ...needs } = taskNeeds(job, task);
  const key = JSON.stringify([needs, [...failedOn], job.app.bundle.sha256]);
  keys.set(task, key);
  return key;
}

/** Hands queued tasks to machines, oldest job first, one look at a time. */
export function createDispatcher(options: {
  book: JobBook;
  folders: JobFolders;
  transport: JobTransport;
  /** The machines, with what is known of this job's model on them. */
  snapshot: (job: JobDocument, task: TaskDocument) => MachineSnapshot[];
  runOrder: MakeRunOrder;
  sentOut: (attemptId: string, loadFactor: number | null) => void;
  waitingChanged: (job: JobDocument) => void;
  now: () => number;
  logger: Logger;
}): Dispatcher {
  const { book, folders, transport, now, logger } = options;
  const waiting = new Map<string, Decision>();
  let timer: ReturnType<typeof setInterval> | undefined;
  const underWay = new Set<Promise<void>>();
  let asked = false;
  let reasonsDue = true;
  let stopped = false;

  /** Opens the attempt at once; the order goes out when that is on disk. */
  function placeTask(
    job: JobDocument,
    task: TaskDocument,
    decision: Decision,
    { beside = false } = {},
  ): void {
    const node = decision.candidates.find(({ nodeId }) => nodeId === decision.chosenNodeId);
    if (node === undefined) return;
    const next = placed(job, task.index, { id: node.nodeId, name: node.nodeName }, now(), { beside });
    if (next === null) return;
    waiting.delete(job.id);
    options.sentOut(next.attempt.id, node.prediction?.loadFactor ?? null);
    const sending = send(next.job, task, next.attempt, decision).catch((error: unknown) => {
      logger.error({ job: job.id, error: String(error) }, 'attempt not sent out');
    });
    underWay.add(sending);
    void sending.finally(() => underWay.delete(sending));
  }

  async function send(job: JobDocument, task: TaskDocument, attempt: AttemptDocument, decision: Decision) {
    const { nodeId, nodeName } = attempt;
    await book.save(job);
    logger.info({ job: job.id, attempt: attempt.id, node: nodeName }, 'attempt placed');
    await transport.send(nodeId, await options.runOrder(job, task, attempt));
    await folders.addDecision(job.id, decision);
  }

  function noteWaiting(job: JobDocument, decision: Decision): void {
    const before = waiting.get(job.id);
    waiting.set(job.id, decision);
    if (before?.summary === decision.summary) return;
    options.waitingChanged(job);
    if (before !== undefined) return;
    folders.addDecision(job.id, decision).catch((error: unknown) => {
      logger.warn({ job: job.id, error: String(error) }, 'decision not kept');
    });
  }

  /** Why nothing can go, for people: some of those that wait, now and then. */
  const mayReason = (jobId: string) => now() - (waiting.get(jobId)?.at ?? 0) >= reasonAgainMs;

  /** Places what it can, in the queue's order; what must wait is told why. */
  function look(): void {
    let reasoned = 0;
    /** What tasks asked for that no machine could give in this look: others that ask for the same wait, too. */
    const inVain = new Map<string, Decision>();
    for (const id of book.queue()) {
      for (let index = 0; ; index += 1) {
        const job = book.find(id);
        const task = job?.tasks[index];
        if (job === undefined || task === undefined || stopped) break;
        if (task.state !== 'queued' || task.retryAt > now()) continue;
        const key = keyOf(job, task);
        const known = inVain.get(key);
        if (known !== undefined) {
          reasoned += 1;
          if (reasonsDue && mayReason(id)) {
            noteWaiting(job, { ...known, task: index, attempt: task.attempts.length + 1 });
          }
          break;
        }
        const machines = options.snapshot(job, task);
        const full = !machines.some(({ slotsBusy, slotsTotal }) => slotsBusy < slotsTotal);
        if (full && (reasoned >= reasonedJobs || !reasonsDue)) return;
        if (full) reasoned += 1;
        const context = { at: now(), task: index, attempt: task.attempts.length + 1 };
        const decision = place(machines, taskNeeds(job, task), context);
        if (decision.outcome === 'placed') {
          placeTask(job, task, decision);
        } else {
          inVain.set(key, decision);
          noteWaiting(job, decision);
          // The other shards ask for the same and would hear the same.
          break;
        }
      }
    }
  }

  /** Near a split job's end: the parts that hold it up run a second time where there is room. */
  function helpStragglers(): void {
    for (const { id } of book.underWay()) {
      const job = book.find(id);
      for (const task of job === undefined ? [] : stragglers(job, now())) {
        const current = book.find(id);
        if (current === undefined || stopped) break;
        const needs = taskNeeds(current, task);
        const context = { at: now(), task: task.index, attempt: task.attempts.length + 1 };
        const decision = place(options.snapshot(current, task), needs, context);
        if (decision.chosenNodeId === null || needs.failedOn.has(decision.chosenNodeId)) continue;
        logger.info({ job: id, part: task.index + 1 }, 'slow part runs a second time elsewhere');
        placeTask(current, task, decision, { beside: true });
      }
    }
  }

  function run(): void {
    asked = false;
    if (stopped) return;
    try {
      look();
      helpStragglers();
    } catch (error) {
      logger.error({ error: String(error) }, 'dispatch failed');
    }
    reasonsDue = false;
  }

  function wake(): void {
    if (stopped || asked) return;
    asked = true;
    // After what happens in the same moment, and before the disk is written to: it all goes there together.
    queueMicrotask(run);
  }

  return {
    wake,
    waiting: (jobId) => waiting.get(jobId),
    forget: (jobId) => waiting.delete(jobId),
    start() {
      timer = setInterval(() => {
        reasonsDue = true;
        wake();
      }, tickMs);
      wake();
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}
