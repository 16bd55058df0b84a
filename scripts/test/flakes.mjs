import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build/paths.mjs';

/** @typedef {{ test: string, reason: string }} KnownFlake */

/** Tests that may need a second try, each with its reason. It had better be empty. @returns {KnownFlake[]} */
export function knownFlakes() {
  return JSON.parse(readFileSync(join(root, 'scripts/test/known-flakes.json'), 'utf8'));
}

/**
 * A test that passed at its second try only is a failure, unless it is listed with its reason: a wobble that nobody looks at
 * is a fault of the program or of the test.
 *
 * @param {import('./count.mjs').Counts} counts
 * @param {readonly KnownFlake[]} known
 * @returns {import('./count.mjs').Counts}
 */
export function judgeFlakes(counts, known) {
  const listed = new Set(known.map(({ test }) => test));
  const unlisted = counts.flakes.filter((flake) => !listed.has(flake));
  return {
    ...counts,
    passed: counts.passed - unlisted.length,
    failed: counts.failed + unlisted.length,
    failures: [...counts.failures, ...unlisted.map((flake) => `${flake} (passed at its second try only)`)],
    flakes: counts.flakes.filter((flake) => listed.has(flake)),
  };
}
