/** `[unix ms, value]` */
export type Point = readonly [ts: number, value: number];

/**
 * Points in order of time with bounds on how many and how old they may be. What arrives late or twice is left out:
 * a line chart needs time to move forward.
 */
export class CappedHistory {
  #points: Point[] = [];
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get points(): readonly Point[] {
    return this.#points;
  }

  get lastTs(): number {
    return this.#points.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
  }

  /** Takes over a stretch of the past and keeps what is newer than its end. */
  prime(past: readonly Point[]): void {
    const lastTs = past.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
    const newer = this.#points.filter(([ts]) => ts > lastTs);
    this.#points = [...past, ...newer].slice(-this.#capacity);
  }

  push(ts: number, value: number): void {
    if (ts <= this.lastTs || !Number.isFinite(value)) return;
    this.#points.push([ts, value]);
    // An eighth at a time, so that trimming stays rare.
    if (this.#points.length > this.#capacity * 1.125) this.#points = this.#points.slice(-this.#capacity);
  }

  dropBefore(ts: number): void {
    const first = this.#points.findIndex((point) => point[0] >= ts);
    if (first === -1) this.#points = [];
    else if (first > 0) this.#points = this.#points.slice(first);
  }
}
