import { judge } from './judge.mjs';
import { kindOf, modelPath, tablePath } from './corpus.mjs';

/**
 * @typedef {import('./judge.mjs').Case} Case
 * @typedef {import('./judge.mjs').Verdict} Verdict
 * @typedef {{ case: Case, verdict: Verdict, why: string, ms: number }} Scored
 */

/** @type {readonly Verdict[]} */
export const verdicts = ['right', 'refused well', 'unsaid', 'refused badly', 'wrong'];

/**
 * Runs and judges every case, `atOnce` at a time, in the order of the corpus.
 *
 * @param {readonly Case[]} cases
 * @param {(files: { model: string, table: string }) => Promise<import('./judge.mjs').Outcome>} run
 * @param {number} atOnce
 * @returns {Promise<Scored[]>}
 */
export async function scoreCases(cases, run, atOnce) {
  /** @type {Scored[]} */
  const scored = [];
  const left = cases.entries();
  const work = async () => {
    for (const [index, one] of left) {
      const startedAt = performance.now();
      const outcome = await run({ model: modelPath(one), table: tablePath(one) });
      scored[index] = { case: one, ...judge(one, outcome), ms: performance.now() - startedAt };
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return scored;
}

/**
 * How many cases of each kind came out how; the last line is the sum.
 *
 * @param {readonly Scored[]} scored
 * @returns {{ kind: string, counts: Record<Verdict, number>, cases: number }[]}
 */
export function byKind(scored) {
  const kinds = [...new Set(scored.map((one) => kindOf(one.case)))];
  const line = (/** @type {string} */ kind, /** @type {readonly Scored[]} */ among) => ({
    kind,
    cases: among.length,
    counts: /** @type {Record<Verdict, number>} */ (
      Object.fromEntries(
        verdicts.map((verdict) => [verdict, among.filter((one) => one.verdict === verdict).length]),
      )
    ),
  });
  return [
    ...kinds.map((kind) =>
      line(
        kind,
        scored.filter((one) => kindOf(one.case) === kind),
      ),
    ),
    line('all', scored),
  ];
}
