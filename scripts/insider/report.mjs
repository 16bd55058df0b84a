import { bareKind } from './honest.mjs';

/** @typedef {{ what: string, before: number, during: number, worst: number, count: number }} Latency ms: medians, the 95th of a hundred */
/** @typedef {{ name: string, seconds: number, counts: Record<string, number>, grownBytes: number, heldBytes: number | null, latencies: Latency[], silent: string[], turn: { median: number, worst: number, longest: number } | null }} Attack */
/**
 * @typedef {object} InsiderResult
 * @property {Attack[]} attacks
 * @property {Latency[]} quiet
 * @property {number} warmBytes what the hub had of the system's memory before the first
 * @property {number} mostBytes
 * @property {number | null} heldBefore
 * @property {number | null} heldAfter
 * @property {string[]} complaints
 */

export const allowedBytes = 100 * 1024 ** 2;
/**
 * Wanted: others wait at most twice as long. How much longer a server takes that nobody attacks is the machine's doing, and
 * taken off; below a floor nothing counts.
 */
const allowedTimes = 2;
/** The hub's thread works at most so long (median, ms of its own processor time) before others have their turn. */
const allowedStretchMs = 15;
/** @param {Attack} attack @param {number | null} floorMs null: others' times are not judged */
export function complaintsOf({ name, seconds, counts, grownBytes, latencies, silent, turn }, floorMs) {
  const found = silent.map((what) => `"${name}": afterwards nobody was answered any more: ${what}.`);
  for (const [status, count] of Object.entries(counts)) {
    // 503 and 507 say that something is not to be had now.
    if (/^5/u.test(status) && !['503', '507'].includes(status)) {
      found.push(`"${name}" was answered ${status}, ${count} times.`);
    }
  }
  if (grownBytes > allowedBytes) found.push(`"${name}" cost the hub ${inMb(grownBytes)}.`);
  if (turn !== null && turn.median > allowedStretchMs) {
    found.push(`"${name}" kept the hub at work for ${turn.median.toFixed(1)} ms at a stretch.`);
  }
  if (floorMs === null) return found;
  const bare = latencies.find(({ what }) => what === bareKind);
  const slower = Math.max(1, (bare?.during ?? 1) / (bare?.before ?? 1));
  for (const { what, before, during, count } of latencies) {
    const allowed = Math.max(floorMs, before * allowedTimes) * slower;
    if (what === bareKind) continue;
    if (count === 0 && seconds > 1) found.push(`"${name}": no answer at all to "${what}".`);
    else if (during > allowed) {
      found.push(
        `"${name}": "${what}" took ${during.toFixed(1)} ms, and ${before.toFixed(1)} before; the machine was ${slower.toFixed(1)} times as slow.`,
      );
    }
  }
  return found;
}

/** @param {number | null} bytes */
export const inMb = (bytes) => (bytes === null ? 'unknown' : `${(bytes / 1024 ** 2).toFixed(0)} MiB`);

/** @param {Attack} attack */
export function attackLine({ name, seconds, grownBytes, heldBytes, latencies, counts, turn }) {
  const worst = latencies.map(({ before, during }) => {
    return Number.isNaN(during / before) ? 0 : during / before;
  });
  const top = latencies[worst.indexOf(Math.max(...worst))];
  const said = Object.entries(counts)
    .map(([what, count]) => `${what} ${count}`)
    .join(', ');
  return `  ${name}: ${seconds.toFixed(1)} s, +${inMb(grownBytes)}, held ${inMb(heldBytes)}, ${Math.max(...worst).toFixed(1)}x (${top?.what}, ${top?.before.toFixed(1)} to ${top?.during.toFixed(1)} ms, p95 ${top?.worst.toFixed(0)}), at a stretch ${turn?.median.toFixed(1) ?? '?'} ms, p95 ${turn?.worst.toFixed(0) ?? '?'}, longest ${turn?.longest.toFixed(0) ?? '?'} [${said}]`;
}

/** @param {InsiderResult} result */
export function insiderTable({ attacks, quiet, warmBytes, mostBytes, heldBefore, heldAfter, complaints }) {
  const names = attacks.map(({ name }) => name.length);
  const width = Math.max(20, ...names);
  const head = ['memory', 'at a stretch', ...quiet.map(({ what }) => what)];
  const widths = head.map((title) => Math.max(title.length, '100.0 > 100.0'.length) + 2);
  const row = (/** @type {string} */ name, /** @type {string[]} */ cells) =>
    `  ${name.padEnd(width)} ${cells.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('')}`;
  return [
    'What somebody inside costs the hub and others (median ms just before > meanwhile)',
    row('', head),
    row('nobody', ['', '', ...quiet.map(({ before }) => before.toFixed(1))]),
    ...attacks.map(({ name, grownBytes, latencies, turn }) =>
      row(name, [
        `+${(grownBytes / 1024 ** 2).toFixed(0)} MiB`,
        turn === null
          ? ''
          : `${turn.median.toFixed(1)}, ${turn.worst.toFixed(0)}, ${turn.longest.toFixed(0)}`,
        ...latencies.map(({ before, during }) => `${before.toFixed(1)} > ${during.toFixed(1)}`),
      ]),
    ),
    `  the system's memory: ${inMb(warmBytes)} warm, ${inMb(mostBytes)} at most; held without garbage: ${inMb(heldBefore)} before, ${inMb(heldAfter)} after`,
    ...complaints.map((line) => `  ! ${line}`),
    `  complaints: ${complaints.length}`,
  ].join('\n');
}
