/** One series as the store knows it in memory. */
export interface Series {
  readonly id: number;
  readonly source: string;
  readonly key: string;
  /** Raw readings before this are gone and no longer taken, whole hours in epoch milliseconds. */
  rawFloorMs: number;
  /** Minute roll-ups before this are gone. */
  minuteFloorMs: number;
  saved: boolean;
  /** Newest reading, `-Infinity` while not known. */
  lastTs: number;
  lastValue: number;
  /** Readings stored since the series began, those included that are no longer kept; and the time of the oldest. */
  count: number;
  firstTs: number;
  /** What the batch being written adds to them, and which batch that is. */
  addedRows: number;
  addedFirstTs: number;
  writtenIn: object | null;
}

/** What is known of a series of which nothing is stored. */
export const nothingStored = () => ({
  ...{ lastTs: -Infinity, lastValue: Number.NaN, count: 0, firstTs: Infinity },
  ...{ addedRows: 0, addedFirstTs: Infinity, writtenIn: null },
});

/**
 * Hostile or broken sensors invent measurement names without end; every name costs memory for as long as the
 * hub runs, so both numbers are bounded.
 */
const limits = { seriesPerSource: 512, series: 100_000 };

/** Gives every (source, key) a small integer, from memory alone. */
export interface SeriesIndex {
  /** The series, made when new; `undefined` when a limit is reached. */
  intern(source: string, key: string): Series | undefined;
  byId(id: number): Series | undefined;
  ofSource(source: string): Series[];
  all(): Series[];
  unsaved(): Series[];
  /** The file has lost this series: it is written again with the next batch. */
  saveAgain(series: Series): void;
  load(series: Series): void;
  /** Cuts the name: the next reading of this source starts new series. `drop` ends what is left of the old. */
  unlink(source: string): Series[];
  drop(series: readonly Series[]): void;
}

export function createSeriesIndex({ rawFloorFor }: { rawFloorFor: (source: string) => number }): SeriesIndex {
  const sources = new Map<string, Map<string, Series>>();
  const ids = new Map<number, Series>();
  let unsaved: Series[] = [];
  let nextId = 1;

  function link(series: Series): void {
    let keys = sources.get(series.source);
    if (keys === undefined) sources.set(series.source, (keys = new Map()));
    keys.set(series.key, series);
    ids.set(series.id, series);
    nextId = Math.max(nextId, series.id + 1);
  }

  function create(source: string, key: string): Series | undefined {
    if (ids.size >= limits.series) return undefined;
    if ((sources.get(source)?.size ?? 0) >= limits.seriesPerSource) return undefined;
    const series: Series = {
      id: nextId,
      source,
      key,
      rawFloorMs: rawFloorFor(source),
      minuteFloorMs: 0,
      saved: false,
      ...nothingStored(),
    };
    link(series);
    unsaved.push(series);
    return series;
  }

  return {
    intern: (source, key) => sources.get(source)?.get(key) ?? create(source, key),
    byId: (id) => ids.get(id),
    ofSource: (source) => [...(sources.get(source)?.values() ?? [])],
    all: () => [...sources.values()].flatMap((keys) => [...keys.values()]),
    unsaved: () => (unsaved = unsaved.filter((series) => !series.saved)),
    saveAgain(series) {
      series.saved = false;
      unsaved.push(series);
    },
    load: link,
    unlink(source) {
      const series = [...(sources.get(source)?.values() ?? [])];
      sources.delete(source);
      return series;
    },
    drop(series) {
      for (const { id } of series) ids.delete(id);
    },
  };
}
