/** @typedef {{ passed: number, failed: number, skipped: number, failures: string[], skips: string[], flakes: string[] }} Counts */

/** @returns {Counts} */
export const nothing = () => ({ passed: 0, failed: 0, skipped: 0, failures: [], skips: [], flakes: [] });

/** @param {Counts[]} all @returns {Counts} */
export function addUp(all) {
  return all.reduce(
    (sum, each) => ({
      passed: sum.passed + each.passed,
      failed: sum.failed + each.failed,
      skipped: sum.skipped + each.skipped,
      failures: [...sum.failures, ...each.failures],
      skips: [...sum.skips, ...each.skips],
      flakes: [...sum.flakes, ...each.flakes],
    }),
    nothing(),
  );
}

/** A part that is one check: it went well or not. @returns {Counts} */
export function countCheck(name, exitCode) {
  return exitCode === 0 ? { ...nothing(), passed: 1 } : { ...nothing(), failed: 1, failures: [name] };
}

/** A part that left with a failure its report does not show (an error outside every test) is one failure. */
function withExitCode(counts, name, exitCode) {
  if (exitCode === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, failures: [`${name}: left with ${exitCode}`] };
}

/** Vitest's JSON report, and what passed at a second try only. @returns {Counts} */
export function countVitest(report, exitCode, flakes = []) {
  if (report === null) return countCheck('unit tests: no report', 1);
  const counts = { ...nothing(), flakes: [...flakes] };
  for (const file of report.testResults) {
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') counts.passed += 1;
      else if (status === 'failed') {
        counts.failed += 1;
        counts.failures.push(`${file.name}: ${fullName}`);
      } else {
        counts.skipped += 1;
        counts.skips.push(`${file.name}: ${fullName}`);
      }
    }
    if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')) {
      counts.failed += 1;
      counts.failures.push(`${file.name}: ${String(file.message ?? '').split('\n')[0]}`);
    }
  }
  return withExitCode(counts, 'unit tests', exitCode);
}

function* specsOf(suite, path = []) {
  for (const spec of suite.specs ?? []) yield { spec, path };
  for (const inner of suite.suites ?? []) yield* specsOf(inner, [...path, inner.title]);
}

/** Playwright's JSON report. @returns {Counts} */
export function countPlaywright(report, exitCode) {
  if (report === null) return countCheck('end-to-end tests: no report', 1);
  const counts = nothing();
  for (const { spec, path } of specsOf(report)) {
    const title = [...path, spec.title].join(' > ');
    for (const { status, annotations = [] } of spec.tests) {
      if (status === 'expected') counts.passed += 1;
      else if (status === 'flaky') {
        counts.passed += 1;
        counts.flakes.push(title);
      } else if (status === 'skipped') {
        counts.skipped += 1;
        const reason = annotations.find(({ type }) => type === 'skip')?.description;
        counts.skips.push(reason === undefined ? title : `${title} (${reason})`);
      } else {
        counts.failed += 1;
        counts.failures.push(title);
      }
    }
  }
  return withExitCode(counts, 'end-to-end tests', exitCode);
}
