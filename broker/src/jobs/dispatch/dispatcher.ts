import type { Decision, Prediction } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { alikeShare, createPatience, lookAhead } from '../../placement/max-wait.js';
import { place } from '../../placement/place.js';
import type { Slowness } from '../../placement/stragglers.js';
import type { MachineSnapshot } from '../../placement/snapshot.js';
import type { JobBook } from '../store/job-repository.js';
import type { AttemptDocument, JobDocument, TaskDocument } from '../job-document.js';
import type { JobFolders } from '../store/job-folder.js';
import { placed } from '../attempts/job-state-machine.js';
import type { MakeRunOrder } from './run-orders.js';
import { countOwners } from './owner-limits.js';
import { createSeenMachines } from './snapshot-cache.js';
import { taskNeeds } from './task-needs.js';
import type { JobTransport } from '../../transport/job-transport.js';

/** Retries and machines that become free without a word are looked at this often while something waits. */
const tickMs = 500;
/** Results come in crowds: after one look the next waits so long for company, */
const betweenLooksMs = 6;
/** and so many times as long as that look took: a queue of thousands that nobody can take leaves time for the rest. */
const restPerLook = 4;
/** While no slot is free only so many waiting jobs are looked at, */
const reasonedJobs = 200;
/** and each of them no more often than this: reasons are for people. */
const reasonAgainMs = 2_000;

export interface Dispatcher {
  /** Something changed that may let a waiting task go: look again soon. */
  wake(): void;
  /** The same with no wait for company: somebody just came with a job. */
  wakeNow(): void;
  /** The newest look at a job that waits. */
  waiting(jobId: string): Decision | undefined;
  forget(jobId: string): void;
  start(): void;
  stop(): Promise<void>;
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

const keys = new WeakMap<TaskDocument, string>();

/** The same for tasks that would hear the same answer. */
function keyOf(job: JobDocument, task: TaskDocument): string {
  const known = keys.get(task);
  if (known !== undefined) return known;
  const { failedOn, madeOn = new Set(), ...needs } = taskNeeds(job, task);
  const key = JSON.stringify([needs, [...failedOn], [...madeOn], job.app.bundle.sha256]);
  keys.set(task, key);
  return key;
}

/** Hands queued tasks to machines, oldest job first, one look at a time. */
export function createDispatcher(options: {
  book: JobBook;
  folders: JobFolders;
  transport: JobTransport;
  /** The machines, with what is known of this job's model on them, and of this task's files. */
  snapshot: (job: JobDocument, task: TaskDocument) => MachineSnapshot[];
  runOrder: MakeRunOrder;
  sentOut: (attemptId: string, prediction: Prediction | null) => void;
  /** What the mesh needs for the rest of the queue: `place` weighs it before a task waits by choice. */
  waitingMs: (job: JobDocument, task: TaskDocument) => number;
  /** The parts of a split job that hold up its end. */
  stragglers: (job: JobDocument) => { task: TaskDocument; slowness: Slowness }[];
  waitingChanged: (job: JobDocument) => void;
  /** How many jobs of one owner may run at once; null: any number. */
  runningLimit: (owner: string) => number | null;
  now: () => number;
  logger: Logger;
}): Dispatcher {
  const { book, folders, transport, now, logger } = options;
  const waiting = new Map<string, Decision>();
  const patience = createPatience();
  let timer: ReturnType<typeof setInterval> | undefined;
  const underWay = new Set<Promise<void>>();
  let asked: 'soon' | 'now' | null = null;
  let later: ReturnType<typeof setTimeout> | undefined;
  let reasonsDue = true;
  let lookedAt = -Infinity;
  let restMs = betweenLooksMs;
  let stopped = false;

  /** Opens the attempt at once. */
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
    patience.over(job.id);
    options.sentOut(next.attempt.id, node.prediction ?? null);
    const sending = send(next.job, task, next.attempt, decision).catch((error: unknown) => {
      logger.error({ job: job.id, error: String(error) }, 'attempt not sent out');
    });
    underWay.add(sending);
    void sending.finally(() => underWay.delete(sending));
  }

  /**
   * The order does not wait for the disk: nothing is decided by an attempt, only by its result, and that is committed
   * behind it. What a kill takes of it the machine hears when it next tells what it holds.
   */
  async function send(job: JobDocument, task: TaskDocument, attempt: AttemptDocument, decision: Decision) {
    const { nodeId, nodeName } = attempt;
    const saved = book.saveSoon(job);
    const order = options.runOrder(job, task, attempt).then((made) => transport.send(nodeId, made));
    await Promise.all([saved, order]);
    logger.debug({ job: job.id, attempt: attempt.id, node: nodeName }, 'attempt placed');
    await folders.addDecision(job.id, decision);
  }

  function noteWaiting(job: JobDocument, decision: Decision): void {
    const before = waiting.get(job.id);
    const isSame = before?.summary === decision.summary;
    const noted = { ...decision, since: (isSame ? before.since : undefined) ?? decision.at };
    waiting.set(job.id, noted);
    if (isSame) return;
    options.waitingChanged(job);
    if (before !== undefined) return;
    folders.addDecision(job.id, noted).catch((error: unknown) => {
      logger.warn({ job: job.id, error: String(error) }, 'decision not kept');
    });
  }

  /** Why nothing can go, for people: some of those that wait, now and then. */
  const mayReason = (jobId: string) => now() - (waiting.get(jobId)?.at ?? 0) >= reasonAgainMs;

  /** Places what it can, in the queue's order; what must wait is told why. */
  function look(): void {
    let reasoned = 0;
    const owners = countOwners(book.underWay, options.runningLimit);
    let byChoice = 0;
    const seen = createSeenMachines(options.snapshot);
    /** What tasks asked for that no machine could give in this look: others that ask for the same wait, too. */
    const inVain = new Map<string, Decision>();
    for (const id of book.queue()) {
      /** Of the parts of this job that wait by choice, the smallest: larger ones would wait too. */
      let waitingRows = Infinity;
      for (let index = 0; ; index += 1) {
        const job = book.find(id);
        const task = job?.tasks[index];
        if (job === undefined || task === undefined || stopped) break;
        if (task.state !== 'queued' || task.retryAt > now()) continue;
        if (!owners.mayStart(job)) {
          if (reasonsDue && mayReason(id)) noteWaiting(job, ownLimitReached(job, task, now()));
          break;
        }
        if ((task.rows ?? 0) > waitingRows * alikeShare) continue;
        const key = keyOf(job, task);
        const known = inVain.get(key);
        if (known !== undefined) {
          reasoned += 1;
          if (reasonsDue && mayReason(id)) {
            noteWaiting(job, { ...known, task: index, attempt: task.attempts.length + 1 });
          }
          break;
        }
        const machines = seen.of(key, job, task);
        const full = !machines.some(({ slotsBusy, slotsTotal }) => slotsBusy < slotsTotal);
        if (full && (reasoned >= reasonedJobs || !reasonsDue)) return;
        if (full) reasoned += 1;
        const context = { at: now(), task: index, attempt: task.attempts.length + 1 };
        const mayWait = patience.mayWait(id, now());
        const decision = place(machines, taskNeeds(job, task), context, {
          lateBinding: mayWait
            ? { waitingMs: () => options.waitingMs(job, task), part: task.shard !== null }
            : null,
        });
        if (decision.outcome === 'placed') {
          placeTask(job, task, decision);
          seen.placedOn(decision.chosenNodeId);
          owners.started(job);
          continue;
        }
        noteWaiting(job, decision);
        if (decision.waitsForNodeId == null) {
          inVain.set(key, decision);
          // The other shards ask for the same and would hear the same.
          break;
        }
        const free = decision.candidates.find(({ rank }) => rank === 1);
        patience.waits(id, now(), free?.prediction?.finishMs ?? 0);
        waitingRows = task.rows ?? 0;
        byChoice += 1;
        if (byChoice >= lookAhead) return;
      }
    }
  }

  /** The parts that hold up a split job run a second time where there is room, and where that should be sooner. */
  function helpStragglers(): void {
    for (const { id } of book.partsUnderWay()) {
      const job = book.find(id);
      for (const { task, slowness } of job === undefined ? [] : options.stragglers(job)) {
        const current = book.find(id);
        if (current === undefined || stopped) break;
        const needs = taskNeeds(current, task);
        const context = { at: now(), task: task.index, attempt: task.attempts.length + 1 };
        const decision = place(options.snapshot(current, task), needs, context);
        if (decision.chosenNodeId === null || needs.failedOn.has(decision.chosenNodeId)) continue;
        const finishMs = decision.candidates.find(({ rank }) => rank === 1)?.prediction?.finishMs ?? 0;
        if (finishMs * slowness.timesSooner > slowness.remainingMs) continue;
        logger.info({ job: id, part: task.index + 1 }, 'slow part runs a second time elsewhere');
        placeTask(current, task, decision, { beside: true });
      }
    }
  }

  function run(): void {
    asked = null;
    clearTimeout(later);
    if (stopped) return;
    const startedAt = performance.now();
    try {
      // Stragglers first: they are taken for what ends last, and the parts that wait would take every slot.
      helpStragglers();
      look();
    } catch (error) {
      logger.error({ error: String(error) }, 'dispatch failed');
    }
    reasonsDue = false;
    lookedAt = performance.now();
    restMs = Math.max(betweenLooksMs, restPerLook * (lookedAt - startedAt));
  }

  function wakeNow(): void {
    if (stopped || asked === 'now') return;
    asked = 'now';
    // After what happens in the same moment.
    queueMicrotask(run);
  }

  function wake(): void {
    if (stopped || asked !== null) return;
    if (performance.now() - lookedAt > restMs) return wakeNow();
    asked = 'soon';
    later = setTimeout(run, restMs);
  }

  return {
    wake,
    wakeNow,
    waiting: (jobId) => waiting.get(jobId),
    forget(jobId) {
      waiting.delete(jobId);
      patience.over(jobId);
    },
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
