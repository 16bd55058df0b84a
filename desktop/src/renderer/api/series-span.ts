/** An interval of one source's readings. */
export interface SeriesSpan {
  source: string;
  /** Left out: all that it measures. */
  keys?: readonly string[] | undefined;
  /** Unix ms; fractions of one are rounded. */
  from: number;
  to: number;
}

/** The same as the API's calls take it. */
export const spanQuery = ({ source, keys, from, to }: SeriesSpan) => ({
  source,
  keys: keys?.join(','),
  from: Math.round(from),
  to: Math.round(to),
});
