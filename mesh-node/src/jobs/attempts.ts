import {
  MeshdeckError,
  type AttemptId,
  type AttemptPhase,
  type Report,
  type RunOrder,
} from '@meshdeck/shared';
import { createAttempt, endAttempt, type Attempt, type Ending } from './attempt.js';
import { createAttemptExecutor, type AttemptExecutorOptions } from './attempt-executor.js';
import { createReportSender } from './report-sender.js';

export interface AttemptsOptions extends Omit<AttemptExecutorOptions, 'reportSender' | 'onSettled'> {
  slots: number;
  /** Tell the hub; false while it is away. */
  report: (report: Report) => Promise<boolean>;
  /** Slots were taken or became free. */
  onChange: () => void;
}

/** Every attempt this machine has in hand, from the order to `forget`. */
export interface Attempts {
  /** Takes up what an earlier run of this agent left. */
  restore: () => Promise<void>;
  /** Resolves once the attempt is on disk: whoever sent the order may forget it then. */
  run: (order: RunOrder) => Promise<void>;
  /** `keepFiles`: what it wrote until then is wanted. */
  cancel: (attemptId: AttemptId, options?: { keepFiles?: boolean | undefined }) => void;
  forget: (attemptId: AttemptId) => void;
  busy: () => number;
  /** The most that were at work at a time since this was last asked: small jobs come and go between two looks. */
  mostBusy: () => number;
  held: () => { attemptId: AttemptId; token: number }[];
  /** After `holding`: how each stands, so that nothing said while the hub was away is lost. */
  retell: () => Promise<void>;
  /** Ends what runs, as failed; what is only waiting to be delivered is kept for the next start. */
  stop: () => Promise<void>;
}

/**
 * Small jobs that take a slot together. Each by itself would cost more in messages to the runner than in work; the hub
 * sends no more ahead than is soon done.
 */
const mostTogether = 32;

/** Orders kept beyond the slots: a hub that knows this machine to be quick need not be waited for. */
export const ordersAhead = 64;

const restarted = () =>
  new MeshdeckError(
    'node-lost',
    'The agent was restarted while the job ran. The job goes to the next free machine.',
  );
const allTaken = (slots: number) =>
  new MeshdeckError(
    'node-refused',
    `All ${slots} slots of this machine are taken, and enough waits for them.`,
  );

/** Its table came with it, and its model runs in a process that is kept warm. */
const isSmall = ({ app, inputContent }: RunOrder) => app.runtime === 'onnx' && inputContent !== undefined;
const isAlike = (a: RunOrder, b: RunOrder) => isSmall(a) && a.app.bundle.sha256 === b.app.bundle.sha256;

export function createAttempts(options: AttemptsOptions): Attempts {
  const { store, slots, logger } = options;
  const table = new Map<AttemptId, Attempt>();
  const reportSender = createReportSender(options.report);
  const executor = createAttemptExecutor({ ...options, reportSender, onSettled: settled });
  /** In the order in which they came; they begin when a slot is free. */
  const ahead = new Set<Attempt>();
  let stopping = false;
  let peak = 0;

  /** How many attempts are at work in each slot that is taken. */
  const taken = new Map<object, number>();
  const busy = () => taken.size;

  function begin(attempt: Attempt, slot: object = {}): void {
    ahead.delete(attempt);
    attempt.slot = slot;
    taken.set(slot, (taken.get(slot) ?? 0) + 1);
    peak = Math.max(peak, busy());
    attempt.life = executor.whole(attempt);
  }

  function free(attempt: Attempt): void {
    const { slot } = attempt;
    attempt.slot = undefined;
    if (slot === undefined) return;
    const left = (taken.get(slot) ?? 1) - 1;
    if (left === 0) taken.delete(slot);
    else taken.set(slot, left);
  }

  function settled(attempt: Attempt): void {
    free(attempt);
    fill();
  }

  function fill(): void {
    for (const next of ahead) {
      if (stopping || busy() >= slots) break;
      const slot = {};
      const together = isSmall(next.order)
        ? [...ahead].filter(({ order }) => isAlike(order, next.order))
        : [next];
      for (const attempt of together.slice(0, mostTogether)) begin(attempt, slot);
    }
    options.onChange();
  }

  /** Ends one; what has not begun ends at once. */
  function end(attempt: Attempt, ending: Ending): void {
    endAttempt(attempt, ending);
    if (ahead.has(attempt)) begin(attempt);
  }

  function add(order: RunOrder, phase: AttemptPhase): Attempt {
    const attempt = createAttempt(order, phase);
    table.set(order.attemptId, attempt);
    return attempt;
  }

  return {
    async restore() {
      for (const record of await store.loadAll()) {
        const attempt = add(record.order, record.state === 'delivering' ? 'delivering' : 'running');
        if (record.state === 'done') {
          attempt.outcome = record.outcome;
          await store.clear(record.order.attemptId);
        } else if (record.state === 'running') {
          // What it left is sent once the hub is there; the start does not wait for that.
          attempt.life = executor.failure(attempt, restarted());
        } else {
          attempt.life = executor.delivery(attempt, record);
        }
      }
    },

    run(order) {
      const known = table.get(order.attemptId);
      if (known !== undefined) {
        if (known.outcome !== undefined) void reportSender.standing(known);
        return known.stored;
      }
      if (stopping) return Promise.reject(new Error('the agent is stopping'));
      const free = busy() < slots && ahead.size === 0;
      const room = slots > 0 && ahead.size < ordersAhead;
      const attempt = add(order, 'fetching');
      logger.debug({ attemptId: order.attemptId, app: order.app.name, free }, 'run order');
      if (free || room) {
        attempt.stored = store.save({ state: 'running', order });
        if (free) begin(attempt);
        else ahead.add(attempt);
      } else {
        attempt.life = executor.failure(attempt, allTaken(slots));
      }
      options.onChange();
      return attempt.stored;
    },

    cancel(attemptId, { keepFiles = false } = {}) {
      const attempt = table.get(attemptId);
      if (attempt === undefined) return;
      attempt.keepsFiles ||= keepFiles;
      if (!attempt.keepsFiles) attempt.closing.abort();
      end(attempt, 'cancelled');
    },

    forget(attemptId) {
      const attempt = table.get(attemptId);
      if (attempt === undefined) return;
      table.delete(attemptId);
      end(attempt, 'forgotten');
      settled(attempt);
      void attempt.life
        .then(() => store.remove(attemptId))
        .catch((error: unknown) => logger.warn({ attemptId, error }, 'attempt folder not removed'));
    },

    busy,
    mostBusy() {
      const most = Math.max(peak, busy());
      peak = 0;
      return most;
    },
    held: () => [...table.values()].map(({ order: { attemptId, token } }) => ({ attemptId, token })),

    async retell() {
      for (const attempt of [...table.values()]) await reportSender.standing(attempt);
    },

    async stop() {
      stopping = true;
      for (const attempt of table.values()) end(attempt, 'stopped');
      await Promise.all([...table.values()].map((attempt) => attempt.life));
    },
  };
}
