import { percentile, report } from './lib/report.mjs';
import { runProgram } from './lib/run-program.mjs';

/** What a sign-in costs, and what knowing the caller adds to a call; broker/bench/doors.mjs measures it. */
export default async function benchAuth() {
  /** @type {{ verifying: number[], signIns: number[], took: Record<string, number[]> }} */
  const { verifying, signIns, took } = await runProgram('broker/bench/doors.mjs');
  const micros = (/** @type {string} */ name) => percentile(took[name] ?? [], 0.5);
  const over = (/** @type {string} */ name, /** @type {string} */ base) =>
    `${((micros(name) / micros(base) - 1) * 100).toFixed(1)} %`;
  const each = (/** @type {string} */ name) => `${micros(name).toFixed(0)} µs`;
  report(
    'auth',
    [
      {
        what: 'argon2id check, median of CPU time',
        value: `${percentile(verifying, 0.5).toFixed(0)} ms`,
        note: 'wanted: 50 to 150 ms',
      },
      { what: 'sign-in, median', value: `${percentile(signIns, 0.5).toFixed(0)} ms` },
      { what: 'sign-in, p95', value: `${percentile(signIns, 0.95).toFixed(0)} ms` },
      {
        what: 'outside every door',
        value: each('plain'),
        note: 'CPU time of client and server, one call at a time',
      },
      { what: 'open route', value: each('open') },
      ...['token', 'key', 'session'].map((name) => ({
        what: `guarded, by ${name}`,
        value: each(name),
        note: `${over(name, 'open')} over the open route (wanted: below 5 %), ${over(name, 'plain')} over none`,
      })),
    ],
    { verifying, signIns, took },
  );
}
