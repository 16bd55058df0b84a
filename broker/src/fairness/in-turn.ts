import type { Place } from './shares.js';

/**
 * Does the work when its turn has come. Whoever leaves gives up a place in line at once; a place at work is free again when
 * the work has ended.
 *
 * @throws the signal's reason where it aborts in line
 */
export async function inTurn<T>(place: Place, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    if (place.turn !== null) await inLine(place.turn, place, signal);
    signal.throwIfAborted();
    return await work();
  } finally {
    place.leave();
  }
}

async function inLine(turn: Promise<void>, place: Place, signal: AbortSignal): Promise<void> {
  const leave = (): void => place.leave();
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    await turn;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
