import type { SeriesIndex } from './series-index.js';
import type { RefusedRows } from './types.js';
import type { WriteBuffer } from './write-buffer.js';

/** Where readings come in: refuses what cannot be kept, counts it, and hands on the rest. */
export interface Intake {
  append(source: string, key: string, tsMs: number, value: number): void;
  readonly refused: RefusedRows;
  readonly lastTooOld: { source: string; key: string; tsMs: number } | undefined;
  readonly droppedRows: number;
}

/** `takes` says whether the store was ever open and is not stopped. */
export function createIntake(options: {
  index: SeriesIndex;
  writeBuffer: WriteBuffer;
  takes: () => boolean;
}): Intake {
  const { index, writeBuffer, takes } = options;
  const refused = { invalid: 0, tooOld: 0, tooManySeries: 0 };
  let lastTooOld: Intake['lastTooOld'];
  let droppedUnopened = 0;
  return {
    append(source, key, tsMs, value) {
      if (!Number.isSafeInteger(tsMs) || !Number.isFinite(value)) {
        refused.invalid += 1;
        return;
      }
      if (!takes()) {
        droppedUnopened += 1;
        return;
      }
      const series = index.intern(source, key);
      if (series === undefined) {
        refused.tooManySeries += 1;
        return;
      }
      if (tsMs < series.rawFloorMs) {
        refused.tooOld += 1;
        lastTooOld = { source, key, tsMs };
        return;
      }
      if (tsMs >= series.lastTs) {
        series.lastTs = tsMs;
        series.lastValue = value;
      }
      writeBuffer.push(series.id, tsMs, value);
    },
    get refused() {
      return { ...refused, tooOld: refused.tooOld + writeBuffer.tooOldRows };
    },
    get lastTooOld() {
      return lastTooOld;
    },
    get droppedRows() {
      return writeBuffer.droppedRows + droppedUnopened;
    },
  };
}
