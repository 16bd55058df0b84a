/** Raised whenever the tables change; a file of a later number is refused, not guessed at. */
export const schemaVersion = 2;

export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/**
 * `points` is a log in order of arrival: DuckDB keeps the least and greatest `ts` of every row group, so a query
 * for an interval reads that interval alone. It has no key or index on purpose (an index costs more memory than
 * the data): readings with equal series and time are all kept.
 *
 * A roll-up row is a cell: what M4 needs of a minute or an hour (`ts` is its start), and what a mean needs.
 * `late` lists the (series, hour) pairs whose cells are older than a reading that came in after them.
 *
 * `packed_points` and `packed_minutes` hold days that are over, by day and series: see `table-pairs.ts`. `totals` holds what
 * each roll-up added to a series: all its rows together are what is known of it up to `minutes_to`.
 */
const cellColumns = `series_id INTEGER NOT NULL, ts BIGINT NOT NULL, n BIGINT NOT NULL, total DOUBLE NOT NULL,
  low DOUBLE NOT NULL, low_ts BIGINT NOT NULL, high DOUBLE NOT NULL, high_ts BIGINT NOT NULL,
  first DOUBLE NOT NULL, first_ts BIGINT NOT NULL, last DOUBLE NOT NULL, last_ts BIGINT NOT NULL`;

export const createTables = `
CREATE TABLE IF NOT EXISTS meta (name VARCHAR NOT NULL, value BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS series (id INTEGER NOT NULL, source VARCHAR NOT NULL, key VARCHAR NOT NULL,
  raw_floor BIGINT NOT NULL, minute_floor BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS retention (source VARCHAR NOT NULL, days DOUBLE NOT NULL);
CREATE TABLE IF NOT EXISTS points (series_id INTEGER NOT NULL, ts BIGINT NOT NULL, value DOUBLE NOT NULL);
CREATE TABLE IF NOT EXISTS minute_cells (${cellColumns});
CREATE TABLE IF NOT EXISTS hour_cells (${cellColumns});
CREATE TABLE IF NOT EXISTS late (series_id INTEGER NOT NULL, hour INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS packed_points (series_id INTEGER NOT NULL, ts BIGINT NOT NULL, value DOUBLE NOT NULL);
CREATE TABLE IF NOT EXISTS packed_minutes (${cellColumns});
CREATE TABLE IF NOT EXISTS packing (log VARCHAR NOT NULL, packed_to BIGINT NOT NULL, window_end BIGINT NOT NULL,
  series_below BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS totals (series_id INTEGER NOT NULL, n BIGINT NOT NULL, first_ts BIGINT NOT NULL,
  last_ts BIGINT NOT NULL, last DOUBLE NOT NULL);
`;

/**
 * Groups that one statement may make. Grouping is what needs memory (a few hundred bytes a group and thread, hardly
 * spilled): a week of 200 series rolled up at once did not fit 64 MB, steps of this size do.
 */
export const groupsPerStatement = 30_000;

/** The aggregates that make one cell of many rows of `points`. */
export const cellOfPoints = `count(*) AS n, sum(value) AS total, min(value) AS low, arg_min(ts, value) AS low_ts,
  max(value) AS high, arg_max(ts, value) AS high_ts, arg_min(value, ts) AS first, min(ts) AS first_ts,
  arg_max(value, ts) AS last, max(ts) AS last_ts`;

/** The aggregates that make one cell of many cells. */
export const cellOfCells = `sum(n)::BIGINT AS n, sum(total) AS total, min(low) AS low, arg_min(low_ts, low) AS low_ts,
  max(high) AS high, arg_max(high_ts, high) AS high_ts, arg_min(first, first_ts) AS first,
  min(first_ts) AS first_ts, arg_max(last, last_ts) AS last, max(last_ts) AS last_ts`;

/** A row of `points` read as a cell of its own. */
export const pointAsCell = `series_id, ts, 1 AS n, value AS total, value AS low, ts AS low_ts, value AS high,
  ts AS high_ts, value AS first, ts AS first_ts, value AS last, ts AS last_ts`;

/** ISO 8601 in UTC with milliseconds, whatever the machine's time zone. */
export const isoTime = "strftime(make_timestamp(ts * 1000), '%Y-%m-%dT%H:%M:%S.%gZ')";

/** A string as an SQL literal. Only for what cannot be bound, such as the path of a COPY. */
export const quoteLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A name as an SQL identifier. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
