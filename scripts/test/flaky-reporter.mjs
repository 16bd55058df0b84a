import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../build/paths.mjs';

/** A vitest reporter that writes the tests which passed at a second try only to `MESHDECK_FLAKES_FILE`: its JSON report leaves them out. */
export default class FlakyReporter {
  /** @type {string[]} */
  #flakes = [];

  /** @param {import('vitest/node').TestCase} test */
  onTestCaseResult(test) {
    if (test.diagnostic()?.flaky !== true) return;
    const file = relative(root, test.module.moduleId).replaceAll('\\', '/');
    this.#flakes.push(`${file} > ${test.fullName}`);
  }

  onTestRunEnd() {
    const file = process.env.MESHDECK_FLAKES_FILE;
    if (file) writeFileSync(file, JSON.stringify(this.#flakes));
  }
}
