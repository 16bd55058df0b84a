import { Worker } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { MeshdeckError } from '@meshdeck/shared';
import { createMutex } from '@meshdeck/shared/runtime';
import type { ModelDescription, ModelPlace } from './describe-file.js';

/** Looks into models beside the hub's own thread. */
export interface ModelReader {
  /** @throws MeshdeckError `too-many-requests` where too many wait, `cancelled` when the hub stops */
  describe(place: ModelPlace): Promise<ModelDescription>;
  stop(): Promise<void>;
}

/** Beside this file, compiled and bundled alike. */
const threadModule = fileURLToPath(new URL('./describe-thread.js', import.meta.url));
const usualSeconds = 15;
/** Of the thread's heap; beside it stand the file's parts that are read, 64 MB at most, twice. */
const usualHeapMb = 512;
const mostWaiting = 20;

const tookTooLong =
  'Looking into this model takes too long or too much memory, so the hub stopped. It may run all the same.';

/** One model at a time, each in a thread of its own that is ended when it takes too long. */
export function createModelReader({
  modulePath = threadModule,
  seconds = usualSeconds,
  heapMb = usualHeapMb,
}: { modulePath?: string; seconds?: number; heapMb?: number } = {}): ModelReader {
  const inTurn = createMutex();
  let waiting = 0;
  let running: Worker | undefined;
  let stopped = false;

  function read(place: ModelPlace): Promise<ModelDescription> {
    if (stopped) throw new MeshdeckError('cancelled', 'The hub is stopping.');
    return new Promise((resolve, reject) => {
      const worker = new Worker(modulePath, {
        workerData: place,
        resourceLimits: { maxOldGenerationSizeMb: heapMb },
        env: {},
        argv: [],
        execArgv: [],
      });
      running = worker;
      let ended: ModelDescription | Error = { bytes: 0, facts: null, problem: tookTooLong };
      const limit = setTimeout(() => void worker.terminate(), seconds * 1000);
      worker.on('message', (description: ModelDescription) => (ended = description));
      worker.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') ended = error;
      });
      worker.on('exit', () => {
        clearTimeout(limit);
        running = undefined;
        if (stopped) reject(new MeshdeckError('cancelled', 'The hub is stopping.'));
        else if (ended instanceof Error) reject(ended);
        else resolve(ended);
      });
    });
  }

  return {
    describe(place) {
      if (waiting >= mostWaiting) {
        throw new MeshdeckError(
          'too-many-requests',
          'Too many models are being looked at. Try again in a moment.',
        );
      }
      waiting += 1;
      return inTurn(async () => read(place)).finally(() => (waiting -= 1));
    },
    async stop() {
      stopped = true;
      await running?.terminate();
      await inTurn(async () => undefined);
    },
  };
}
