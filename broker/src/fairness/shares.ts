import { MeshdeckError } from '@meshdeck/shared';
import type { CallCost } from '@meshdeck/shared/api';

export interface ShareLimits {
  /** At work at once for one caller, and in all. */
  perCaller: number;
  inAll: number;
  /** Of one caller's, waiting for their turn. */
  line: number;
}

export const usualShares: Record<CallCost, ShareLimits> = {
  light: { perCaller: 8, inAll: 500, line: 200 },
  heavy: { perCaller: 2, inAll: 8, line: 30 },
  query: { perCaller: 1, inAll: 4, line: 60 },
  // A class that signs in from behind one address stands in one line.
  password: { perCaller: 2, inAll: 12, line: 120 },
  errand: { perCaller: 4, inAll: 100, line: 30 },
  export: { perCaller: 2, inAll: 20, line: 20 },
  transfer: { perCaller: 8, inAll: 100, line: 60 },
  wait: { perCaller: 100, inAll: 5000, line: 0 },
};

/** One call's place, at work or in line. */
export interface Place {
  /** Null where it may begin at once. Rejects where it leaves before its turn. */
  turn: Promise<void> | null;
  /** Gives the place up; safe to call again. */
  leave(): void;
}

export interface Shares {
  /** @throws MeshdeckError `too-many-requests` where its line is full */
  enter(caller: string, cost: CallCost): Place;
}

/** One kind of work: so many at once for each caller, the callers in line taking turns. Throws as `enter` does. */
export function createShare({ perCaller, inAll, line }: ShareLimits): (caller: string) => Place {
  const working = new Map<string, number>();
  /** What begins each one's work; the caller whose turn is next comes first. */
  const waiting = new Map<string, (() => void)[]>();
  let all = 0;

  const hasRoom = (caller: string) => all < inAll && (working.get(caller) ?? 0) < perCaller;

  function start(caller: string): void {
    working.set(caller, (working.get(caller) ?? 0) + 1);
    all += 1;
  }

  function end(caller: string): void {
    const left = (working.get(caller) ?? 1) - 1;
    if (left > 0) working.set(caller, left);
    else working.delete(caller);
    all -= 1;
    next();
  }

  function next(): void {
    for (const [caller, begins] of waiting) {
      if (!hasRoom(caller)) continue;
      waiting.delete(caller);
      const begin = begins.shift();
      if (begins.length > 0) waiting.set(caller, begins);
      start(caller);
      // What else waits for the event loop comes first: a line of a hundred is not worked off in one go.
      if (begin !== undefined) setImmediate(begin);
      return;
    }
  }

  function atOnce(caller: string): Place {
    let isIn = true;
    start(caller);
    return {
      turn: null,
      leave() {
        if (isIn) end(caller);
        isIn = false;
      },
    };
  }

  function inLine(caller: string, begins: (() => void)[]): Place {
    let state: 'in line' | 'at work' | 'gone' = 'in line';
    let giveUp = (): void => undefined;
    let begin = (): void => undefined;
    const turn = new Promise<void>((resolve, reject) => {
      giveUp = () => reject(new MeshdeckError('cancelled', 'The caller has left.'));
      begin = () => {
        // Where it left between its turn and this moment, its place is the next one's.
        if (state === 'gone') return end(caller);
        state = 'at work';
        resolve();
      };
    });
    begins.push(begin);
    waiting.set(caller, begins);
    return {
      turn,
      leave() {
        if (state === 'at work') end(caller);
        if (state === 'in line') {
          const at = begins.indexOf(begin);
          if (at >= 0) begins.splice(at, 1);
          if (begins.length === 0 && waiting.get(caller) === begins) waiting.delete(caller);
          giveUp();
        }
        state = 'gone';
      },
    };
  }

  return (caller) => {
    const begins = waiting.get(caller);
    if (begins === undefined && hasRoom(caller)) return atOnce(caller);
    if ((begins?.length ?? 0) < line) return inLine(caller, begins ?? []);
    throw new MeshdeckError(
      'too-many-requests',
      'You ask for too much at once. Wait for some of it before you ask for more.',
    );
  };
}

/** Who may do how much at once; callers share what there is evenly. */
export function createShares(limits: Record<CallCost, ShareLimits> = usualShares): Shares {
  const shares = {
    light: createShare(limits.light),
    heavy: createShare(limits.heavy),
    query: createShare(limits.query),
    password: createShare(limits.password),
    errand: createShare(limits.errand),
    export: createShare(limits.export),
    transfer: createShare(limits.transfer),
    wait: createShare(limits.wait),
  };
  return { enter: (caller, cost) => shares[cost](caller) };
}
