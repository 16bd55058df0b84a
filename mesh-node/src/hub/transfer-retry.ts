import { setTimeout as delay } from 'node:timers/promises';
import { MeshdeckError } from '@meshdeck/shared';
import { isDiskFull } from '../storage/disk-full.js';
import { HubIsFull } from './request.js';

const firstWaitMs = 200;
const maxWaitMs = 5000;

/**
 * Tries until it works, waiting 0.2 s to 5 s in between. `patienceMs` is how long it may go without any progress (`moved`
 * changing) before it gives up; a hub whose disk is full is waited for as long as it takes. A `MeshdeckError` is the hub's
 * final no and passes through, and so does a full disk here.
 * @throws MeshdeckError `transfer-failed`
 */
export async function retryTransfer<T>(options: {
  what: string;
  attempt: () => Promise<T>;
  moved: () => number;
  patienceMs: number;
  signal: AbortSignal;
}): Promise<T> {
  let waitMs = firstWaitMs;
  let position = options.moved();
  let progressAt = Date.now();
  for (;;) {
    try {
      return await options.attempt();
    } catch (error) {
      options.signal.throwIfAborted();
      if (error instanceof MeshdeckError || isDiskFull(error)) throw error;
      if (error instanceof HubIsFull) progressAt = Date.now();
      if (options.moved() !== position) {
        position = options.moved();
        progressAt = Date.now();
        waitMs = firstWaitMs;
      }
      if (Date.now() - progressAt > options.patienceMs) {
        throw new MeshdeckError(
          'transfer-failed',
          `${options.what} could not be transferred: the connection to the hub kept failing.`,
          { cause: error },
        );
      }
    }
    await delay(waitMs * (0.75 + Math.random() * 0.5), undefined, { signal: options.signal });
    waitMs = Math.min(maxWaitMs, waitMs * 2);
  }
}
