import type { ReadStream } from 'node:fs';
import type { Failure, SeriesTier, SeriesUsage } from '@meshdeck/shared';

/** One reading: epoch milliseconds and its value. */
export type Point = readonly [tsMs: number, value: number];

/** How finely something is kept: as it was read, or a summary of each minute or hour. */
export type Tier = SeriesTier;

export interface SeriesQuery {
  /** `node:<nodeId>` or `sensor:<sensorId>`. */
  source: string;
  /** Measurement names; every one of the source when left out. */
  keys?: readonly string[];
  /** Both ends included, epoch milliseconds. */
  fromMs: number;
  toMs: number;
  /** At most this many points a series, 8 to 20,000 (1,000 when left out): four for each pixel column. */
  maxPoints?: number;
}

/** One series over an interval. `count`, `min`, `max` and `mean` are of all readings, not of `points` alone. */
export interface SeriesSlice {
  key: string;
  points: Point[];
  count: number;
  min: number;
  max: number;
  mean: number;
  decimated: boolean;
  /** Width of a pixel column in milliseconds; 0 where `points` are the readings themselves. */
  resolutionMs: number;
  /** What `points` were taken from: the coarsest where there were several. */
  tier: Tier;
}

/** `count` and `firstTs` are of all that was stored, what is no longer kept included. */
export interface SeriesSummary {
  source: string;
  key: string;
  count: number;
  firstTs: number;
  lastTs: number;
  lastValue: number;
  /** From when on there are readings, and summaries of minutes; before it coarser ones only. 0 where nothing was deleted. */
  readingsFrom: number;
  minutesFrom: number;
}

export interface LatestReading {
  key: string;
  ts: number;
  value: number;
}

export interface SeriesExport {
  source: string;
  keys?: readonly string[];
  fromMs: number;
  toMs: number;
  format: 'csv' | 'parquet';
  /** Readings where left out: those that are kept and nothing else. */
  tier?: Tier;
  /** Of readings only. One column a key instead of one row a reading; of readings with equal `ts` the last to arrive stands. */
  wide?: boolean;
}

/** Why readings never reached the buffer, or left it again; counts since the store was created. */
export interface RefusedRows {
  /** A value that is no finite number, or a time that is no whole number of milliseconds. */
  invalid: number;
  /** Older than what the retention keeps. */
  tooOld: number;
  /** The source has too many measurement names, or the store too many series. */
  tooManySeries: number;
}

export interface SeriesState {
  /** `degraded`: the hub runs on, but readings wait in memory or are dropped; `problem` says what to do. */
  status: 'ready' | 'degraded' | 'stopped';
  problem?: Failure;
  /** What people should know although it works: a clock that jumped, what was refused, what was damaged at the start. */
  notices: string[];
  bufferedRows: number;
  storedRows: number;
  droppedRows: number;
  refusedRows: RefusedRows;
}

export interface SeriesStore {
  /** Takes one reading. Synchronous and cheap; never throws. What it could not take is counted in `state`. */
  append(source: string, key: string, tsMs: number, value: number): void;
  /** Resolves once everything appended before the call is on disk. Throws the store's problem. */
  flush(): Promise<void>;
  /** Of many series each has fewer points: an answer holds 40,000 in all. Rejects where `signal` says that nobody waits any more. */
  query(query: SeriesQuery & { signal?: AbortSignal }): Promise<SeriesSlice[]>;
  /** The newest reading of each of a source's series, by key. */
  latest(source: string): Promise<LatestReading[]>;
  listSeries(filter?: { source?: string; signal?: AbortSignal }): Promise<SeriesSummary[]>;
  /** Invisible at once; deleting takes seconds where there are millions of readings. Appending goes on meanwhile. */
  removeSource(source: string): Promise<void>;
  /** Writes readings, sorted by time, to a file that appears whole or not at all. */
  exportTo(
    request: SeriesExport & { filePath: string; signal?: AbortSignal },
  ): Promise<{ rows: number; bytes: number }>;
  /** The same as a stream, for HTTP; the file behind it goes when the stream is closed or destroyed. */
  exportStream(
    request: SeriesExport & { signal?: AbortSignal },
  ): Promise<{ stream: ReadStream; rows: number; bytes: number; contentType: string }>;
  /** Days of raw readings kept for one source; `undefined` returns it to the store's own. */
  setRetention(source: string, days: number | undefined): Promise<void>;
  /** Rolls up, forgets what is too old and gives the space back. Runs by itself at start and every hour. */
  maintain(): Promise<void>;
  readonly state: SeriesState;
  /** What it takes, as last measured; null before the first time, a minute after the start. */
  readonly usage: SeriesUsage | null;
  readonly droppedRows: number;
  /** Flushes, checkpoints and closes; calling it again waits for the same end. */
  stop(): Promise<void>;
}
