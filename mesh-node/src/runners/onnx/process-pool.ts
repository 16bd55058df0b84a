import type { Logger } from 'pino';
import { startRunnerChild, type WrapCommand, type RunnerChild } from './runner-child.js';
import { cancelled } from './supervise.js';

/** As many as a runner process keeps loaded. */
const modelsKept = 2;

/** Runner processes, kept warm between pieces of work. */
export interface ProcessPool {
  /**
   * `work` with a process, rather one that has the model loaded, once there is room for one. `beyond`: so many more may
   * work than `maxProcesses`, for what is short and must not wait. @throws as `work`, or cancelled
   */
  use<T>(
    modelPath: string,
    signal: AbortSignal,
    work: (child: RunnerChild) => Promise<T>,
    options?: { beyond?: number },
  ): Promise<T>;
  /** The process has this model loaded now. */
  noteLoaded(child: RunnerChild, modelPath: string): void;
  /** Models that some process has loaded. */
  loaded(): Set<string>;
  stopping: AbortSignal;
  /** Ends every process; work under way fails as cancelled. */
  stop(): Promise<void>;
}

/** At most `maxProcesses` work at a time. One is forked when first needed and ends after `idleMs` without work. */
export function createProcessPool({
  logger,
  maxProcesses,
  env,
  wrapCommand,
  idleMs,
  onLoaded,
  modulePath,
}: {
  logger: Logger;
  maxProcesses: number;
  env: Record<string, string>;
  wrapCommand?: WrapCommand | undefined;
  idleMs: number;
  /** What is loaded changed. */
  onLoaded: () => void;
  modulePath: string;
}): ProcessPool {
  const children = new Set<RunnerChild>();
  const idle = new Map<RunnerChild, NodeJS.Timeout>();
  const waiting: Waiting[] = [];
  const stopping = new AbortController();
  /** The models each process used last, newest first. */
  const models = new Map<RunnerChild, string[]>();
  let busy = 0;

  const holds = (child: RunnerChild, modelPath: string) => models.get(child)?.includes(modelPath) ?? false;

  function take(modelPath: string): RunnerChild {
    const waitingOnes = [...idle].sort(
      ([a], [b]) => Number(holds(b, modelPath)) - Number(holds(a, modelPath)),
    );
    for (const [child, timer] of waitingOnes) {
      clearTimeout(timer);
      idle.delete(child);
      if (child.alive) return child;
      drop(child);
    }
    const child = startRunnerChild({ modulePath, env, wrapCommand, logger });
    children.add(child);
    return child;
  }

  function drop(child: RunnerChild): void {
    children.delete(child);
    if (models.delete(child)) onLoaded();
  }

  async function end(child: RunnerChild): Promise<void> {
    idle.delete(child);
    await child.kill();
    drop(child);
  }

  function putBack(child: RunnerChild): void {
    if (!child.alive || stopping.signal.aborted) return void end(child);
    idle.set(child, setTimeout(() => void end(child), idleMs).unref());
  }

  return {
    async use(modelPath, signal, work, { beyond = 0 } = {}) {
      const most = maxProcesses + beyond;
      while (busy >= most && !signal.aborted) await place(waiting, most, signal);
      if (signal.aborted) throw cancelled();
      busy++;
      const child = take(modelPath);
      try {
        return await work(child);
      } finally {
        putBack(child);
        busy--;
        const next = waiting.findIndex((one) => busy < one.most);
        if (next >= 0) waiting.splice(next, 1)[0]?.go();
      }
    },
    noteLoaded(child, modelPath) {
      const before = models.get(child) ?? [];
      models.set(child, [modelPath, ...before.filter((path) => path !== modelPath)].slice(0, modelsKept));
      if (before[0] !== modelPath) onLoaded();
    },
    loaded: () => new Set([...models].flatMap(([child, paths]) => (child.alive ? paths : []))),
    stopping: stopping.signal,
    async stop() {
      stopping.abort();
      await Promise.all([...children].map(end));
    },
  };
}

/** Somebody who waits until fewer than `most` processes work. */
interface Waiting {
  most: number;
  go: () => void;
}

/** Waits for a place to come free, or the signal. */
function place(waiting: Waiting[], most: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const one: Waiting = {
      most,
      go() {
        signal.removeEventListener('abort', leave);
        resolve();
      },
    };
    const leave = (): void => {
      waiting.splice(waiting.indexOf(one), 1);
      resolve();
    };
    signal.addEventListener('abort', leave, { once: true });
    waiting.push(one);
  });
}
