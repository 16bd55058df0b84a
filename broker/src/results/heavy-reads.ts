import { MeshdeckError } from '@meshdeck/shared';

/** Whole results that are read at once, that wait for it in all, and that one person may have begun or waiting. */
const usualLimits = { atOnce: 2, waiting: 30, perPerson: 4, seconds: 120 };

/** Lets few read at once, so that nobody's million rows keep the others out. */
export interface HeavyReads {
  /** @throws MeshdeckError `too-many-requests` where too many wait; `too-large` when it takes too long */
  run<T>(person: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

export function createHeavyReads(limits: Partial<typeof usualLimits> = {}): HeavyReads {
  const { atOnce, waiting: mostWaiting, perPerson, seconds } = { ...usualLimits, ...limits };
  const persons = new Map<string, number>();
  const queue: (() => void)[] = [];
  let running = 0;

  async function turn(signal: AbortSignal): Promise<void> {
    if (running < atOnce) {
      running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const begin = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        queue.splice(queue.indexOf(begin), 1);
        reject(signal.reason as Error);
      };
      queue.push(begin);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Hands the turn on, or gives it back. */
  function end(): void {
    const next = queue.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  async function timed<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = AbortSignal.timeout(seconds * 1000);
    try {
      return await work(AbortSignal.any([signal, limit]));
    } catch (error) {
      if (!limit.aborted || signal.aborted) throw error;
      throw new MeshdeckError(
        'too-large',
        `Looking through this result takes longer than ${seconds} s, so the hub stopped. Download it instead.`,
        { cause: error },
      );
    }
  }

  return {
    async run(person, signal, work) {
      const own = persons.get(person) ?? 0;
      if (own >= perPerson || queue.length >= mostWaiting) {
        throw new MeshdeckError(
          'too-many-requests',
          'Too many results are being looked through. Try again in a moment.',
        );
      }
      persons.set(person, own + 1);
      try {
        await turn(signal);
        try {
          return await timed(signal, work);
        } finally {
          end();
        }
      } finally {
        const left = (persons.get(person) ?? 1) - 1;
        if (left === 0) persons.delete(person);
        else persons.set(person, left);
      }
    },
  };
}
