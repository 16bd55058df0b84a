import { MeshdeckError, type AttemptPhase, type Report, type RunOrder } from '@meshdeck/shared';
import { createAttempt, endAttempt, type Attempt } from './attempt.js';
import { createAttemptLife, type AttemptLifeOptions } from './attempt-life.js';
import { createAttemptNews } from './attempt-news.js';
import { createSlotQueue } from './slot-queue.js';

export interface AttemptsOptions extends Omit<AttemptLifeOptions, 'news' | 'onSettled'> {
  slots: number;
  /** An order beyond the slots waits this long before it is refused. Default 5 s. */
  slotPatienceMs?: number;
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
  cancel: (attemptId: string) => void;
  forget: (attemptId: string) => void;
  busy: () => number;
  held: () => { attemptId: string; token: number }[];
  /** After `holding`: how each stands, so that nothing said while the hub was away is lost. */
  retell: () => Promise<void>;
  /** Ends what runs, as failed; what is only waiting to be delivered is kept for the next start. */
  stop: () => Promise<void>;
}

const restarted = () =>
  new MeshdeckError(
    'node-lost',
    'The agent was restarted while the job ran. The job goes to the next free machine.',
  );
const allTaken = (slots: number) =>
  new MeshdeckError('node-refused', `All ${slots} slots of this machine are taken.`);

export function createAttempts(options: AttemptsOptions): Attempts {
  const { store, slots, logger } = options;
  const table = new Map<string, Attempt>();
  const news = createAttemptNews(options.report);
  const changed = () => {
    queue.look();
    options.onChange();
  };
  const life = createAttemptLife({ ...options, news, onSettled: changed });
  let stopping = false;

  const busy = () =>
    [...table.values()].filter((attempt) => attempt.outcome === undefined && !queue.has(attempt)).length;
  const queue = createSlotQueue({
    hasRoom: () => busy() < slots,
    patienceMs: options.slotPatienceMs ?? 5_000,
  });

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
          await life.failure(attempt, restarted());
        } else {
          attempt.life = life.delivery(attempt, record);
        }
      }
    },

    run(order) {
      const known = table.get(order.attemptId);
      if (known !== undefined) {
        if (known.outcome !== undefined) void news.standing(known);
        return known.stored;
      }
      if (stopping) return Promise.reject(new Error('the agent is stopping'));
      const free = busy() < slots;
      const attempt = add(order, 'fetching');
      logger.info({ attemptId: order.attemptId, app: order.app.name, free }, 'run order');
      attempt.stored = store.save({ state: 'running', order });
      attempt.life = free
        ? life.whole(attempt)
        : queue
            .turn(attempt)
            .then((came) => (came ? life.whole(attempt) : life.failure(attempt, allTaken(slots))));
      options.onChange();
      return attempt.stored;
    },

    cancel(attemptId) {
      const attempt = table.get(attemptId);
      if (attempt !== undefined) endAttempt(attempt, 'cancelled');
    },

    forget(attemptId) {
      const attempt = table.get(attemptId);
      if (attempt === undefined) return;
      table.delete(attemptId);
      endAttempt(attempt, 'forgotten');
      changed();
      void attempt.life
        .then(() => store.remove(attemptId))
        .catch((error: unknown) => logger.warn({ attemptId, error }, 'attempt folder not removed'));
    },

    busy,
    held: () => [...table.values()].map(({ order: { attemptId, token } }) => ({ attemptId, token })),

    async retell() {
      for (const attempt of [...table.values()]) await news.standing(attempt);
    },

    async stop() {
      stopping = true;
      for (const attempt of table.values()) endAttempt(attempt, 'stopped');
      await Promise.all([...table.values()].map((attempt) => attempt.life));
    },
  };
}
