import type { AttemptId, JobId, PersonId, Prediction } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { createMaxWait } from '../../placement/max-wait.js';
import type { RecordedDecision } from '../../placement/recorded-decision.js';
import { paysSecondAttempt, type Slowness } from '../../placement/stragglers.js';
import type { JobRepository } from '../store/job-repository.js';
import type { AttemptDocument, JobDocument, TaskDocument } from '../job-document.js';
import type { JobFolders } from '../store/job-folder.js';
import { placed } from '../attempts/job-state-machine.js';
import type { MakeRunOrder } from './run-orders.js';
import type { DispatchState, DispatchStep } from './dispatch-state.js';
import type { Look } from './look.js';
import { planDispatch } from './plan-dispatch.js';
import type { MachineViews } from './machine-views.js';
import { taskNeeds } from './task-needs.js';
import type { JobTransport } from '../../transport/job-transport.js';

/** Retries and machines that become free without a word are looked at this often while something waits. */
const tickMs = 500;
/** Results come in crowds: after one look the next waits so long for company, */
const betweenLooksMs = 6;
/** and so many times as long as that look took: a queue of thousands that nobody can take leaves time for the rest. */
const restPerLook = 4;
/** Why a job waits is said no more often than this: reasons are for people. */
const reasonAgainMs = 2_000;

export interface Dispatcher {
  /** Something changed that may let a waiting task go: look again soon. */
  wake(): void;
  /** The same with no wait for company: somebody just came with a job. */
  wakeNow(): void;
  /** The newest look at a job that waits. */
  waiting(jobId: JobId): RecordedDecision | undefined;
  forget(jobId: JobId): void;
  start(): void;
  stop(): Promise<void>;
}

const keys = new WeakMap<TaskDocument, string>();

/** The same for tasks that would hear the same answer. */
function keyOf(job: JobDocument, task: TaskDocument): string {
  const known = keys.get(task);
  if (known !== undefined) return known;
  const { failedOn, producedBy = new Set(), ...needs } = taskNeeds(job, task);
  const key = JSON.stringify([needs, [...failedOn], [...producedBy], job.app.bundle.sha256]);
  keys.set(task, key);
  return key;
}

/** Hands queued tasks to machines, one look at a time: gathers the state, has `planDispatch` plan over it, and does what it says. */
export function createDispatcher(options: {
  repository: JobRepository;
  folders: JobFolders;
  transport: JobTransport;
  views: Pick<MachineViews, 'look'>;
  runOrder: MakeRunOrder;
  sentOut: (attemptId: AttemptId, prediction: Prediction | null) => void;
  /** What the mesh needs for the rest of the queue: `place` weighs it before a task waits by choice. */
  backlogMs: DispatchState<JobDocument, TaskDocument>['backlogMs'];
  /** The parts of a split job that hold up its end. */
  stragglers: (job: JobDocument) => { task: TaskDocument; slowness: Slowness }[];
  waitingChanged: (job: JobDocument) => void;
  /** How many jobs of one owner may run at once; null: any number. */
  runningLimit: (owner: PersonId) => number | null;
  now: () => number;
  logger: Logger;
}): Dispatcher {
  const { repository, folders, transport, now, logger } = options;
  const waiting = new Map<JobId, RecordedDecision>();
  const maxWait = createMaxWait();
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
    decision: RecordedDecision,
    { beside = false } = {},
  ): void {
    const node = decision.candidates.find(({ nodeId }) => nodeId === decision.chosenNodeId);
    if (node === undefined) return;
    const next = placed(job, task.index, { id: node.nodeId, name: node.nodeName }, now(), { beside });
    if (next === null) return;
    waiting.delete(job.id);
    maxWait.over(job.id);
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
  async function send(
    job: JobDocument,
    task: TaskDocument,
    attempt: AttemptDocument,
    decision: RecordedDecision,
  ) {
    const { nodeId, nodeName } = attempt;
    const saved = repository.saveSoon(job);
    const order = options.runOrder(job, task, attempt).then((made) => transport.send(nodeId, made));
    await Promise.all([saved, order]);
    logger.debug({ job: job.id, attempt: attempt.id, node: nodeName }, 'attempt placed');
    await folders.addDecision(job.id, decision);
  }

  function noteWaiting(job: JobDocument, decision: RecordedDecision): void {
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
  const mayReason = (jobId: JobId) => now() - (waiting.get(jobId)?.at ?? 0) >= reasonAgainMs;

  function* inOrder(): Generator<JobDocument> {
    for (const id of repository.queue()) {
      const job = repository.find(id);
      if (job !== undefined) yield job;
    }
  }

  /** The queue and the machines as they are now. */
  function gather(look: Look<JobDocument, TaskDocument>): DispatchState<JobDocument, TaskDocument> {
    const at = now();
    return {
      now: at,
      queue: inOrder(),
      tasksOf: ({ tasks }) => tasks,
      isDue: ({ state, retryAt }) => state === 'queued' && retryAt <= at,
      nextAttempt: ({ attempts }) => attempts.length + 1,
      isPart: ({ shard }) => shard !== null,
      keyOf,
      look: () => look,
      backlogMs: options.backlogMs,
      mayWaitUntil: maxWait.until,
      underWay: repository.underWay,
      runningLimit: options.runningLimit,
      reasonsDue,
      mayReason,
    };
  }

  function apply(step: DispatchStep<JobDocument, TaskDocument>): void {
    // As it is now, with what earlier steps made of it.
    const job = repository.find(step.job.id);
    const task = job?.tasks[step.task.index];
    if (job === undefined || task === undefined) return;
    if (step.kind === 'place') return placeTask(job, task, step.decision);
    noteWaiting(job, step.decision);
    if (step.insteadOfMs !== null) maxWait.waits(job.id, now(), step.insteadOfMs);
  }

  /** The parts that hold up a split job run a second time where there is room, and where that should be sooner. */
  function helpStragglers(): void {
    let look: Look<JobDocument, TaskDocument> | null = null;
    for (const { id } of repository.partsUnderWay()) {
      const job = repository.find(id);
      for (const { task, slowness } of job === undefined ? [] : options.stragglers(job)) {
        const current = repository.find(id);
        if (current === undefined || stopped) break;
        const needs = taskNeeds(current, task);
        const context = { at: now(), task: task.index, attempt: task.attempts.length + 1 };
        look ??= options.views.look();
        const decision = look.decide(current, task, context);
        if (!paysSecondAttempt(decision, needs, slowness)) continue;
        logger.info({ job: id, part: task.index + 1 }, 'slow part runs a second time elsewhere');
        placeTask(current, task, decision, { beside: true });
        look = null;
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
      for (const step of planDispatch(gather(options.views.look()))) if (!stopped) apply(step);
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
      maxWait.over(jobId);
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
