const initialRows = 4096;

/** Rows as columns of plain numbers: 20 bytes a row, nothing for the garbage collector. */
export interface ColumnBuffer {
  readonly rows: number;
  readonly ids: Int32Array;
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** False when `maxRows` is reached: the row was not taken. */
  push(id: number, tsMs: number, value: number): boolean;
  /** Forgets all rows, and gives memory back where a burst made the buffer larger than it needs to be. */
  clear(): void;
}

export function createColumnBuffer({ maxRows }: { maxRows: number }): ColumnBuffer {
  let capacity = Math.min(initialRows, maxRows);
  let rows = 0;
  let ids = new Int32Array(capacity);
  let times = new Float64Array(capacity);
  let values = new Float64Array(capacity);

  function resize(nextCapacity: number): void {
    const old = { ids, times, values };
    capacity = nextCapacity;
    ids = new Int32Array(capacity);
    times = new Float64Array(capacity);
    values = new Float64Array(capacity);
    ids.set(old.ids.subarray(0, rows));
    times.set(old.times.subarray(0, rows));
    values.set(old.values.subarray(0, rows));
  }

  return {
    get rows() {
      return rows;
    },
    get ids() {
      return ids;
    },
    get times() {
      return times;
    },
    get values() {
      return values;
    },
    push(id, tsMs, value) {
      if (rows === capacity) {
        if (capacity >= maxRows) return false;
        resize(Math.min(capacity * 2, maxRows));
      }
      ids[rows] = id;
      times[rows] = tsMs;
      values[rows] = value;
      rows += 1;
      return true;
    },
    clear() {
      const wasMostlyEmpty = rows < capacity / 4;
      rows = 0;
      if (wasMostlyEmpty && capacity > initialRows) resize(Math.max(initialRows, capacity / 2));
    },
  };
}
