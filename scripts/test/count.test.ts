import { describe, expect, it } from 'vitest';
import { addUp, countCheck, countPlaywright, countVitest } from './count.mjs';

describe('counting', () => {
  it('counts tests, and a file that could not be loaded as one failure', () => {
    const report = {
      testResults: [
        {
          name: 'a.test.ts',
          status: 'failed',
          assertionResults: [
            { status: 'passed', fullName: 'works' },
            { status: 'failed', fullName: 'breaks' },
            { status: 'skipped', fullName: 'later' },
            { status: 'todo', fullName: 'some day' },
          ],
        },
        { name: 'b.test.ts', status: 'failed', message: 'Cannot find x\nat y', assertionResults: [] },
      ],
    };
    expect(countVitest(report, 1)).toEqual({
      passed: 1,
      failed: 2,
      skipped: 2,
      failures: ['a.test.ts: breaks', 'b.test.ts: Cannot find x'],
      skips: ['a.test.ts: later', 'a.test.ts: some day'],
      flakes: [],
    });
  });

  it('counts specs at every depth', () => {
    const spec = (title: string, status: string) => {
      const annotations = status === 'skipped' ? [{ type: 'skip', description: 'needs Chromium' }] : [];
      return { title, tests: [{ status, annotations }] };
    };
    const report = {
      suites: [
        {
          title: 'journey.spec.ts',
          specs: [spec('runs', 'expected'), spec('wobbles', 'flaky')],
          suites: [{ title: 'faults', specs: [spec('survives', 'unexpected'), spec('hides', 'skipped')] }],
        },
      ],
    };
    expect(countPlaywright(report, 1)).toEqual({
      passed: 2,
      failed: 1,
      skipped: 1,
      failures: ['journey.spec.ts > faults > survives'],
      skips: ['journey.spec.ts > faults > hides (needs Chromium)'],
      flakes: ['journey.spec.ts > wobbles'],
    });
  });

  it('takes a failure outside every test for one', () => {
    expect(countVitest({ testResults: [] }, 1)).toMatchObject({ failed: 1 });
    expect(countPlaywright({ suites: [] }, 1)).toMatchObject({ failed: 1 });
    expect(countVitest({ testResults: [] }, 0)).toMatchObject({ failed: 0 });
  });

  it('takes a missing report for a failure, whatever the exit code', () => {
    expect(countVitest(null, 0)).toMatchObject({ failed: 1 });
    expect(countPlaywright(null, 0)).toMatchObject({ failed: 1 });
  });

  it('adds parts up', () => {
    expect(addUp([countCheck('lint', 0), countCheck('types', 2)])).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
      failures: ['types'],
      skips: [],
      flakes: [],
    });
  });
});
