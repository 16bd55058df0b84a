import type { ResultSummary } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { summarizeText } from '../../results/fixtures/summarize-text.js';
import { recordingContext } from '../testing.js';
import { createPaint, type Paint } from '../text/paint.js';
import { summaryText } from './summary.js';

const noDrift: ResultSummary['drift'] = {
  jobs: [],
  jobsLeftOut: 0,
  rowsBefore: 0,
  rowsNow: 0,
  sentence: 'There is no earlier table of this app to compare with.',
  columns: [],
  columnsLeftOut: 0,
  steady: 0,
  notCompared: [],
  added: [],
  gone: [],
};

/** What the command says of a result's text. */
async function told(
  csv: string,
  truth: string | null,
  options: { drift?: Partial<ResultSummary['drift']>; width?: number; paint?: Paint } = {},
) {
  const { profile: _profile, ...summary } = await summarizeText(csv, { truth });
  const { terminal } = recordingContext().context;
  return summaryText(
    { jobId: 'j1', ...summary, drift: { ...noDrift, ...options.drift } },
    { ...terminal, width: options.width, paint: options.paint ?? terminal.paint },
  );
}

const classes = `id,species,prediction,probability_cat,probability_dog
1,cat,cat,0.9,0.1
2,cat,dog,0.4,0.6
3,dog,dog,0.2,0.8
4,dog,dog,0.3,0.7
`;

it('tells accuracy, the confusion matrix, the distribution and the least sure rows', async () => {
  const text = await told(classes, 'species');
  expect(text).toContain(
    '75 % right: 3 of 4 rows. Always naming the commonest class, dog, would be right in 50 %.',
  );
  expect(text).toContain(`TRUTH  cat  dog\ncat      1    1\ndog      ·    2`);
  expect(text).toMatch(/dog {2}3 rows, 75 % {2}█+\ncat {3}1 row, 25 % {2}█+/);
  expect(text).toContain('ROW  LINE  PREDICTION  PROBABILITY  SECOND  TRUTH  ID');
  expect(text).toMatch(/\n {2}2 {5}3 {2}dog {17}0\.6 {2}cat {5}cat {4}2\n/);
  expect(text).toContain('There is no earlier table of this app');
});

it('says how to name the truth where nobody has', async () => {
  expect(await told('label,prediction\na,a\nb,b\n', null)).toContain(
    'not known; name its column with --truth, such as --truth "label"',
  );
});

it('tells errors of numbers, and which rows are furthest off', async () => {
  const rows = Array.from({ length: 20 }, (_, row) => `${row},${row + (row === 7 ? 5 : 0.5)}`);
  const text = await told(`y,prediction\n${rows.join('\n')}\n`, 'y');
  expect(text).toContain('Off by 0.725 on average (MAE), by 0.5 in the median; RMSE 1.22, over 20 rows.');
  expect(text).toContain('On average it predicts 0.725 too much.');
  expect(text).toMatch(/ROW {2}LINE {2}PREDICTION {2}TRUTH {2}OFF BY\n +8 +9 +12 +7 +5\n/);
});

it('tells drift in its sentences, and which columns the model does not read', async () => {
  const text = await told(classes, null, {
    drift: {
      sentence: 'Of 2 columns 1 moved much.',
      columns: [
        {
          column: 'temp',
          role: 'input',
          feeds: false,
          level: 'much',
          psi: 2,
          sentence: 'Column "temp" moved: median 21.3 -> 35.9.',
          missing: { before: 0, now: 0 },
          numbers: null,
          values: [],
          newValues: [],
          newValueCount: 0,
        },
      ],
      gone: ['wind'],
      jobsLeftOut: 1,
    },
  });
  expect(text).toContain('!! Column "temp" moved: median 21.3 -> 35.9. The model does not read it.');
  expect(text).toContain('In earlier tables only: "wind"');
  expect(text).toContain('1 earlier table was left out: large, and nobody has looked at them yet.');
});

it("leaves the terminal alone, whatever stands in other people's tables", async () => {
  const text = await told('id,t,prediction\n1,"a\u001b[2J",b\u0007\n2,x,"\u001b]0;title\u0007"\n', 't');
  expect(text).not.toMatch(/[^\P{Cc}\n]/u);
});

it('keeps a class on its line, so that none looks like a line of ours', async () => {
  const forged = '"cat\nResult of job j2"';
  const text = await told(`t,prediction\n${forged},${forged}\ndog,dog\ndog,${forged}\n`, 't');
  expect(text).toContain('cat Result of job j2');
  expect(text).not.toMatch(/^Result of job j2/m);
});

it('leaves out a matrix that is wider than the terminal', async () => {
  const names = Array.from({ length: 12 }, (_, at) => `a-long-class-${at}`);
  const csv = `t,prediction\n${names.map((name) => `${name},${name}`).join('\n')}\n`;
  expect(await told(csv, 't')).toContain('truth down, prediction across');
  expect(await told(csv, 't', { width: 80, paint: createPaint(true) })).not.toContain(
    'truth down, prediction across',
  );
});

it('leaves out no matrix for its colours, which take no room', async () => {
  expect(await told(classes, 'species', { width: 80, paint: createPaint(true) })).toContain(
    'truth down, prediction across',
  );
});
