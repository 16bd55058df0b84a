/** Rows that stand in `output` more often than in `expected`, and those that stand there less often. */
export function compareRows(/** @type {Buffer} */ output, /** @type {Buffer} */ expected) {
  /** @type {Map<string, number>} */
  const balance = new Map();
  const count = (/** @type {Buffer} */ table, /** @type {number} */ by) => {
    for (const line of table.toString('utf8').split('\n')) balance.set(line, (balance.get(line) ?? 0) + by);
  };
  count(output, 1);
  count(expected, -1);
  let doubled = 0;
  let missing = 0;
  for (const difference of balance.values()) {
    if (difference > 0) doubled += difference;
    else missing -= difference;
  }
  return { doubled, missing };
}

/**
 * @typedef {object} SoakResult
 * @property {string} route
 * @property {number} seed
 * @property {number} jobs handed in
 * @property {number} succeeded
 * @property {string[]} lost each with what became of it
 * @property {number} doubledRows
 * @property {number} missingRows
 * @property {number} identical results with the bytes of their one-machine run
 * @property {Record<string, number>} faults by kind
 * @property {number} shards
 * @property {number} attempts
 * @property {number} retries attempts beyond one for each shard
 * @property {number} dropped late and doubled reports the hub dropped, as far as it still knows after its own deaths
 * @property {string[]} complaints whatever else was not as it should be
 * @property {number} seconds
 * @property {string} journal
 */

/** Nothing lost, nothing doubled, every byte the same, nobody ended without being killed. @param {SoakResult} result */
export const isClean = ({ jobs, succeeded, lost, doubledRows, missingRows, identical, complaints }) =>
  lost.length === 0 &&
  doubledRows === 0 &&
  missingRows === 0 &&
  succeeded === jobs &&
  identical === jobs &&
  complaints.length === 0;

/** @param {SoakResult} result */
export function soakTable(result) {
  const kinds = Object.entries(result.faults).sort(([a], [b]) => a.localeCompare(b));
  const faults = kinds.reduce((sum, [, count]) => sum + count, 0);
  /** @type {[string, string | number][]} */
  const lines = [
    ['jobs', result.jobs],
    ['  succeeded', result.succeeded],
    ['  lost', result.lost.length],
    ['  CSVs byte-identical to their one-machine run', result.identical],
    ['doubled rows', result.doubledRows],
    ['missing rows', result.missingRows],
    ['kills and cuts', faults],
    ...kinds.map(([kind, count]) => /** @type {[string, number]} */ ([`  ${kind}`, count])),
    ['parts', result.shards],
    ['attempts', result.attempts],
    ['  retries', result.retries],
    ['late or doubled reports dropped (at least)', result.dropped],
    ['wall time', `${result.seconds.toFixed(0)} s`],
    ['seed', result.seed],
  ];
  const widths = [Math.max(...lines.map(([what]) => what.length)), 8];
  return [
    `Soak over ${result.route}`,
    ...lines.map(
      ([what, value]) => `  ${what.padEnd(widths[0] ?? 0)}  ${String(value).padStart(widths[1] ?? 0)}`,
    ),
    ...[...result.lost, ...result.complaints].map((line) => `  ! ${line}`),
  ].join('\n');
}
