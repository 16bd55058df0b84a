/** A slot as the forecast sees it. */
export interface ForecastSlot {
  freeInMs: number;
  rowsPerSecond: number;
  /** What each task costs there besides its rows, transfers included. */
  overheadMs: number;
}

/**
 * When a job should be done, from now, in ms: its running tasks by what they still need, each queued one in turn on
 * the slot that ends it first, after what else is queued before it. Null where any part of that is unknown.
 */
export function jobFinishMs(options: {
  /** Of its running tasks. */
  remainingMs: readonly (number | null)[];
  /** Rows of its queued tasks, in order. */
  queuedRows: readonly (number | null)[];
  slots: readonly ForecastSlot[];
  /** What the mesh needs for what is queued before it. */
  aheadMs: number;
}): number | null {
  let finishMs = 0;
  for (const ms of options.remainingMs) {
    if (ms === null) return null;
    finishMs = Math.max(finishMs, ms);
  }
  const slots = options.slots.map((slot) => ({ ...slot, freeInMs: slot.freeInMs + options.aheadMs }));
  for (const rows of options.queuedRows) {
    if (rows === null) return null;
    let best: (typeof slots)[number] | undefined;
    let bestMs = Infinity;
    for (const slot of slots) {
      const endMs = slot.freeInMs + slot.overheadMs + (1000 * rows) / slot.rowsPerSecond;
      if (endMs < bestMs) [best, bestMs] = [slot, endMs];
    }
    if (best === undefined) return null;
    best.freeInMs = bestMs;
    finishMs = Math.max(finishMs, bestMs);
  }
  return finishMs;
}
