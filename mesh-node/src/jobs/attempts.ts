import {
  MeshdeckError,
  toFailure,
  type AttemptPhase,
  type FileReference,
  type LogMessage,
  type Report,
  type RunOrder,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { Content } from '../cache/content.js';
import type { Runners } from '../runners/runner.js';
import { createAttemptLog } from './attempt-log.js';
import type { AttemptStore, Outcome } from './attempt-record.js';
import { createProgressThrottle, type Progress } from './progress.js';
import { resultPath, runAttempt, type Finished } from './run-attempt.js';

export interface AttemptsOptions {
  store: AttemptStore;
  content: Content;
  runners: Runners;
  slots: number;
  upload: (file: FileReference, path: string, signal: AbortSignal) => Promise<void>;
  /** Tell the hub; false while it is away. */
  report: (report: Report) => Promise<boolean>;
  sendLogs: (message: LogMessage) => Promise<boolean>;
  /** Slots were taken or became free. */
  onChange: () => void;
  logger: Logger;
}

/** Every attempt this machine has in hand, from the order to `forget`. */
export interface Attempts {
  /** Takes up what an earlier run of this agent left. */
  restore: () => Promise<void>;
  /** Resolves once the attempt is on disk: whoever sent the order may forget it then. */
  run: (order: RunOrder) => Promise<void>;
  cancel: (attemptId: string) => void;
  forget: (attemptId: string) => void;
  busy: () => number;
  held: () => { attemptId: string; token: number }[];
  /** After `holding`: how each stands, so that nothing said while the hub was away is lost. */
  retell: () => Promise<void>;
  /** Ends what runs, as failed; what is only waiting to be delivered is kept for the next start. */
  stop: () => Promise<void>;
}

type Ending = 'cancelled' | 'forgotten' | 'stopped';

interface Attempt {
  order: RunOrder;
  phase: AttemptPhase;
  progress: () => Progress | undefined;
  outcome: Outcome | undefined;
  ending: Ending | undefined;
  control: AbortController;
  life: Promise<void>;
  /** Its record's first way to the disk. */
  stored: Promise<void>;
}

const restarted = () =>
  new MeshdeckError(
    'node-lost',
    'The agent was restarted while the job ran. The job goes to the next free machine.',
  );
const stopped = () =>
  new MeshdeckError(
    'node-lost',
    'The agent was stopped while the job ran. The job goes to the next free machine.',
  );

export function createAttempts(options: AttemptsOptions): Attempts {
  const { store, slots, logger } = options;
  const table = new Map<string, Attempt>();
  let stopping = false;

  const stamp = ({ order }: Attempt) => ({ attemptId: order.attemptId, token: order.token, ts: Date.now() });
  const busy = () => [...table.values()].filter(({ outcome }) => outcome === undefined).length;

  function tellPhase(attempt: Attempt): Promise<boolean> {
    return options.report({ type: 'phase', ...stamp(attempt), phase: attempt.phase });
  }
  function tellProgress(attempt: Attempt, progress: Progress): Promise<boolean> {
    return options.report({ type: 'progress', ...stamp(attempt), ...progress });
  }
  function tellOutcome(attempt: Attempt, outcome: Outcome): Promise<boolean> {
    return options.report({ ...outcome, ...stamp(attempt) });
  }

  /** On disk first, then told, so that it is told again after a restart; a full disk keeps it from neither. */
  async function settle(attempt: Attempt, outcome: Outcome): Promise<void> {
    const { attemptId } = attempt.order;
    const complain = (error: unknown) => logger.error({ attemptId, error }, 'attempt record not written');
    await store.save({ state: 'done', order: attempt.order, outcome }).catch(complain);
    attempt.outcome = outcome;
    logger.info({ attemptId, outcome: outcome.type }, 'attempt ended');
    options.onChange();
    await tellOutcome(attempt, outcome);
    await store.clear(attemptId).catch(complain);
  }

  async function deliver(attempt: Attempt, { result, facts }: Finished): Promise<Outcome> {
    const { order, control } = attempt;
    await store.save({ state: 'delivering', order, result, facts });
    const startedMs = Date.now();
    await options.upload(result, resultPath(store.folderOf(order.attemptId)), control.signal);
    return { type: 'succeeded', result, facts: { ...facts, deliverMs: Date.now() - startedMs } };
  }

  /** `work` to its outcome, whatever happens. */
  async function live(attempt: Attempt, work: () => Promise<Outcome>): Promise<void> {
    const { attemptId } = attempt.order;
    let outcome: Outcome;
    try {
      outcome = await work();
    } catch (error) {
      if (attempt.ending === 'forgotten') return;
      if (attempt.ending === 'stopped' && attempt.phase === 'delivering') return;
      if (attempt.ending === 'cancelled') outcome = { type: 'cancelled' };
      else outcome = { type: 'failed', failure: toFailure(attempt.ending === 'stopped' ? stopped() : error) };
      if (!(error instanceof MeshdeckError))
        logger.error({ attemptId, error }, 'attempt failed inside the agent');
    }
    if (attempt.ending === 'forgotten') return;
    await settle(attempt, outcome);
  }

  function add(order: RunOrder, phase: AttemptPhase): Attempt {
    const attempt: Attempt = {
      order,
      phase,
      progress: () => undefined,
      outcome: undefined,
      ending: undefined,
      control: new AbortController(),
      life: Promise.resolve(),
      stored: Promise.resolve(),
    };
    table.set(order.attemptId, attempt);
    return attempt;
  }

  async function work(attempt: Attempt): Promise<Outcome> {
    const { order, control } = attempt;
    const log = createAttemptLog({ attemptId: order.attemptId, send: options.sendLogs });
    const progress = createProgressThrottle((next) => void tellProgress(attempt, next));
    attempt.progress = progress.current;
    try {
      await attempt.stored;
      const finished = await runAttempt({
        order,
        folder: store.folderOf(order.attemptId),
        content: options.content,
        runners: options.runners,
        signal: control.signal,
        onPhase(phase) {
          attempt.phase = phase;
          void tellPhase(attempt);
        },
        onLine: log.line,
        onDropped: log.dropped,
        onProgress: (fraction, rows) => progress.push({ fraction, rows }),
      });
      return await deliver(attempt, finished);
    } finally {
      progress.stop();
      await log.end();
    }
  }

  function end(attempt: Attempt, ending: Ending): void {
    if (attempt.outcome !== undefined) return;
    attempt.ending ??= ending;
    attempt.control.abort(new MeshdeckError('cancelled', 'The run was cancelled.'));
  }

  return {
    async restore() {
      for (const record of await store.loadAll()) {
        const attempt = add(record.order, record.state === 'delivering' ? 'delivering' : 'running');
        if (record.state === 'done') {
          attempt.outcome = record.outcome;
          await store.clear(record.order.attemptId);
        } else if (record.state === 'running') {
          await settle(attempt, { type: 'failed', failure: toFailure(restarted()) });
        } else {
          attempt.life = live(attempt, () => deliver(attempt, record));
        }
      }
    },

    run(order) {
      const known = table.get(order.attemptId);
      if (known !== undefined) {
        if (known.outcome !== undefined) void tellOutcome(known, known.outcome);
        return known.stored;
      }
      if (stopping) return Promise.reject(new Error('the agent is stopping'));
      const free = busy() < slots;
      const attempt = add(order, 'fetching');
      logger.info({ attemptId: order.attemptId, app: order.app.name, free }, 'run order');
      const refuse = () => {
        const message = `All ${slots} slots of this machine are taken.`;
        return Promise.reject(new MeshdeckError('node-refused', message));
      };
      if (free) attempt.stored = store.save({ state: 'running', order });
      attempt.life = live(attempt, free ? () => work(attempt) : refuse);
      options.onChange();
      return attempt.stored;
    },

    cancel(attemptId) {
      const attempt = table.get(attemptId);
      if (attempt !== undefined) end(attempt, 'cancelled');
    },

    forget(attemptId) {
      const attempt = table.get(attemptId);
      if (attempt === undefined) return;
      table.delete(attemptId);
      end(attempt, 'forgotten');
      options.onChange();
      void attempt.life
        .then(() => store.remove(attemptId))
        .catch((error: unknown) => logger.warn({ attemptId, error }, 'attempt folder not removed'));
    },

    busy,
    held: () => [...table.values()].map(({ order: { attemptId, token } }) => ({ attemptId, token })),

    async retell() {
      for (const attempt of [...table.values()]) {
        if (attempt.outcome !== undefined) {
          await tellOutcome(attempt, attempt.outcome);
          continue;
        }
        await tellPhase(attempt);
        const progress = attempt.progress();
        if (progress !== undefined) await tellProgress(attempt, progress);
      }
    },

    async stop() {
      stopping = true;
      for (const attempt of table.values()) end(attempt, 'stopped');
      await Promise.all([...table.values()].map(({ life }) => life));
    },
  };
}
