import { Worker } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { fromFailure, MeshdeckError } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { ReadAnswer, ReadMessage, ReadReply, ReadRequest } from './read-requests.js';

/** Reads results beside the hub's own thread. */
export interface ResultReader {
  /** @throws MeshdeckError what the reading says; `cancelled` when the signal aborts; `internal` when the thread ends */
  ask(request: ReadRequest, signal: AbortSignal): Promise<ReadAnswer>;
  stop(): Promise<void>;
}

/** Beside this file, compiled and bundled alike. */
export const readThreadModule = fileURLToPath(new URL('./read-thread.js', import.meta.url));

const idleMs = 30_000;
/** Of the thread's JavaScript heap; buffers for rows lie outside of it and are bounded by themselves. */
const usualHeapMb = 384;

interface Pending {
  resolve(answer: ReadAnswer): void;
  reject(error: Error): void;
}

/** The thread starts with the first question and ends, with all its memory, when nobody has asked for half a minute. */
export function createResultReader({
  modulePath = readThreadModule,
  heapMb = usualHeapMb,
  logger,
}: {
  modulePath?: string;
  heapMb?: number;
  logger: Logger;
}): ResultReader {
  const pending = new Map<number, Pending>();
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let nextId = 1;
  let stopped = false;

  function ended(which: Worker, reason: string): void {
    if (worker !== which) return;
    worker = undefined;
    if (pending.size > 0) logger.error({ reason }, 'the thread that reads results ended');
    const isMemory = reason.includes('ERR_WORKER_OUT_OF_MEMORY');
    for (const { reject } of pending.values()) {
      reject(
        new MeshdeckError(
          isMemory ? 'too-large' : 'internal',
          isMemory
            ? 'This result takes more memory than the hub gives to looking at one. Download it instead.'
            : 'The hub could not read the result. Try again; the download still works.',
          { detail: reason },
        ),
      );
    }
    pending.clear();
  }

  function started(): Worker {
    if (worker !== undefined) return worker;
    const made = new Worker(modulePath, {
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      env: {},
      argv: [],
      execArgv: [],
    });
    made.unref();
    made.on('message', (reply: ReadReply) => {
      const waiting = pending.get(reply.id);
      pending.delete(reply.id);
      if (waiting !== undefined) {
        if ('failure' in reply) waiting.reject(fromFailure(reply.failure));
        else waiting.resolve(reply.answer);
      }
      rest();
    });
    made.on('error', (error) =>
      ended(made, `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}`),
    );
    made.on('exit', (code) => ended(made, `exit code ${code}`));
    worker = made;
    return made;
  }

  function rest(): void {
    clearTimeout(idle);
    if (pending.size > 0) return;
    idle = setTimeout(() => {
      const resting = worker;
      worker = undefined;
      void resting?.terminate();
    }, idleMs);
    idle.unref();
  }

  return {
    ask: (request, signal) =>
      new Promise((resolve, reject) => {
        if (stopped) return reject(new MeshdeckError('cancelled', 'The hub is stopping.'));
        if (signal.aborted) return reject(signal.reason as Error);
        clearTimeout(idle);
        const id = nextId++;
        const thread = started();
        const post = (message: ReadMessage) => thread.postMessage(message);
        const onAbort = (): void => {
          post({ id, abort: true });
          settle();
          pending.delete(id);
          rest();
          reject(signal.reason as Error);
        };
        const settle = () => signal.removeEventListener('abort', onAbort);
        signal.addEventListener('abort', onAbort, { once: true });
        pending.set(id, {
          resolve(answer) {
            settle();
            resolve(answer);
          },
          reject(error) {
            settle();
            reject(error);
          },
        });
        post({ id, request });
      }),
    async stop() {
      stopped = true;
      clearTimeout(idle);
      const last = worker;
      if (last !== undefined) ended(last, 'the hub is stopping');
      await last?.terminate();
    },
  };
}
