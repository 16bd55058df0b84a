import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { resultSummarySchema, type ClassWorth, type NumberWorth } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import { summarizeText } from '../fixtures/summarize-text.js';

const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url)), 'utf8');

interface ExpectedClasses {
  rows: number;
  accuracy: number;
  labels: (string | number)[];
  precision: number[];
  recall: number[];
  f1: number[];
  support: number[];
  macro: [number, number, number];
  confusion: number[][];
  logLoss: number;
  brier: number;
  expectedError: number;
  leastSure: number[];
}
interface ExpectedNumbers {
  rows: number;
  mae: number;
  rmse: number;
  medianAbsoluteError: number;
  r2: number | null;
  bias: number;
  worst: number[];
  mean: number;
  deviation: number;
  quantiles: Record<string, number>;
}

/** What scikit-learn found; fixtures/make-fixtures.py makes it. */
const expected = JSON.parse(fixture('expected.json')) as Record<string, unknown>;

describe('classes beside the truth are worth what scikit-learn says', () => {
  it.each(['three-classes', 'two-classes', 'rare-classes'])('of %s', async (name) => {
    const wanted = expected[name] as ExpectedClasses;
    const summary = await summarizeText(fixture(`${name}.csv`), { truth: 'truth' });
    expect(summary.prediction).toMatchObject({ kind: 'classes', missing: 1 });
    expect(summary.truth?.missing).toBe(1);
    const worth = summary.worth as ClassWorth;
    expect(worth.kind).toBe('classes');
    expect(worth.rows).toBe(wanted.rows);
    expect(worth.accuracy).toBeCloseTo(wanted.accuracy, 12);
    expect(worth.scores.map(({ class: label }) => label)).toEqual(wanted.labels.map(String));
    wanted.labels.forEach((_, at) => {
      const score = worth.scores[at];
      expect(score?.truth).toBe(wanted.support[at]);
      expect(score?.precision ?? 0).toBeCloseTo(wanted.precision[at] ?? Number.NaN, 12);
      expect(score?.recall ?? 0).toBeCloseTo(wanted.recall[at] ?? Number.NaN, 12);
      expect(score?.f1).toBeCloseTo(wanted.f1[at] ?? Number.NaN, 12);
    });
    const { precision, recall, f1 } = worth.macro;
    [precision, recall, f1].forEach((value, at) =>
      expect(value).toBeCloseTo(wanted.macro[at] ?? Number.NaN, 12),
    );
    expect(worth.confusion.rows).toEqual(wanted.confusion);
    expect(worth.logLoss).toBeCloseTo(wanted.logLoss, 10);
    // Of two classes it looks at one; with 32-bit floats the other says a little less or more.
    expect(worth.brier).toBeCloseTo(wanted.brier, 8);
    expect(worth.calibration?.expectedError).toBeCloseTo(wanted.expectedError, 10);
    expect(summary.certainty?.leastSure.map(({ row }) => row)).toEqual(wanted.leastSure);
    expect(summary.notes).toEqual([]);
  });
});

it('calls a column without a name by its place where single rows are shown', async () => {
  const text = ',town,prediction,probability_a,probability_b\n7,Bern,a,0.6,0.4\n8,Basel,b,0.2,0.8\n';
  const { certainty } = await summarizeText(text, {});
  expect(certainty?.leastSure[0]?.cells).toEqual([
    { column: '#1', text: '7' },
    { column: 'town', text: 'Bern' },
  ]);
});

describe('numbers beside the truth are worth what scikit-learn says', () => {
  it.each(['numbers', 'comma-numbers', 'same-truth'])('of %s', async (name) => {
    const wanted = expected[name] as ExpectedNumbers;
    const summary = await summarizeText(fixture(`${name}.csv`), { truth: 'truth' });
    const worth = summary.worth as NumberWorth;
    expect(worth.kind).toBe('numbers');
    expect(worth.rows).toBe(wanted.rows);
    for (const key of ['mae', 'rmse', 'medianAbsoluteError', 'bias'] as const) {
      expect([key, worth[key]]).toEqual([key, expect.closeTo(wanted[key], 10)]);
    }
    expect(worth.r2).toEqual(wanted.r2 === null ? null : expect.closeTo(wanted.r2, 10));
    expect(worth.worst.map(({ row }) => row)).toEqual(wanted.worst);
    expect(
      worth.errors.bars.reduce((sum, { rows }) => sum + rows, worth.errors.below + worth.errors.above),
    ).toBe(wanted.rows);
    expect(worth.plane.fields.reduce((sum, { rows }) => sum + rows, worth.plane.outside)).toBe(wanted.rows);
    expect(summary.prediction.missing).toBe(1);
    expect(summary.notes).toEqual(['One row with infinite or enormous numbers is left out.']);
    const distribution = summary.distribution;
    if (distribution?.kind !== 'numbers') return expect.fail('no numbers');
    expect(distribution.mean).toBeCloseTo(wanted.mean, 10);
    expect(distribution.deviation).toBeCloseTo(wanted.deviation, 10);
    for (const [key, value] of Object.entries(wanted.quantiles)) {
      expect(distribution.quantiles).toHaveProperty(key, expect.closeTo(value, 10));
    }
  });
});

describe('a comparison', () => {
  const classes = async (text: string, as?: 'classes' | 'numbers') =>
    summarizeText(text, { truth: 'truth', ...(as === undefined ? {} : { as }) });
  const table = (rows: readonly (readonly [string, string])[]) =>
    `truth,prediction\n${rows.map((row) => row.join(',')).join('\n')}\n`;
  const repeated = (rows: readonly (readonly [string, string])[], times: number) =>
    table(Array.from({ length: times }, () => rows).flat());

  it('takes 1 and 1.0, blanks around a text, and True and true for the same class', async () => {
    const { worth } = await classes(
      table([
        ['1.0', '1'],
        [' setosa', 'setosa'],
        ['True', 'true'],
        ['1e0', '1'],
        ['Setosa', 'setosa'],
      ]),
    );
    expect(worth).toMatchObject({ kind: 'classes', right: 4, rows: 5 });
  });

  it('takes true for 1 where one side has only the one and the other only the other', async () => {
    const { worth, notes } = await classes(
      repeated(
        [
          ['1', 'True'],
          ['0', 'False'],
          ['1', 'False'],
        ],
        5,
      ),
    );
    expect(worth).toMatchObject({ kind: 'classes', right: 10, rows: 15 });
    expect(notes).toEqual(['One side writes true and false, the other 1 and 0: taken for the same.']);
  });

  it('says so where truth and prediction share no class', async () => {
    const { notes } = await classes(
      repeated(
        [
          ['M', '1'],
          ['B', '0'],
        ],
        10,
      ),
    );
    expect(notes).toEqual([
      'No class is in both: "truth" has "M", "B", the prediction "1", "0". They may be two ways to write the same, so the figures say nothing about the model.',
    ]);
    const { notes: capitals } = await classes(
      repeated(
        [
          ['Yes', 'yes'],
          ['No', 'no'],
        ],
        10,
      ),
    );
    expect(capitals[0]).toContain('They differ in capitals');
  });

  it('says so where one side counts its classes from 1', async () => {
    const { notes } = await classes(
      repeated(
        [
          ['1', '0'],
          ['2', '1'],
          ['3', '2'],
          ['2', '2'],
        ],
        5,
      ),
    );
    expect(notes[0]).toMatch(/count its classes from one more .* 15 rows would be right in place of 5/);
  });

  it('keeps a class that is called NA, None or null', async () => {
    const { worth } = await classes(
      repeated(
        [
          ['None', 'None'],
          ['NA', 'null'],
        ],
        3,
      ),
    );
    expect(worth).toMatchObject({ classes: 3, rows: 6, right: 3 });
  });

  it('takes NaN for no class where all others are numbers, as programs write what is missing', async () => {
    const { worth, truth, prediction } = await classes(
      repeated(
        [
          ['1.0', '1'],
          ['0.0', '1'],
          ['nan', '1'],
          ['1.0', 'NaN'],
        ],
        8,
      ),
    );
    expect(worth).toMatchObject({ kind: 'classes', classes: 2, rows: 16, right: 8 });
    expect([truth?.missing, prediction.missing]).toEqual([8, 8]);
  });

  it('reads whole numbers as classes where few come again and again, and as asked for', async () => {
    const rows = Array.from({ length: 40 }, (_, row) => [String(row % 4), String(row % 3)] as const);
    expect((await classes(table(rows))).prediction.kind).toBe('classes');
    expect((await classes(table(rows), 'numbers')).worth).toMatchObject({ kind: 'numbers', rows: 40 });
    const counts = Array.from({ length: 40 }, (_, row) => [String(row), String(row + 1)] as const);
    expect((await classes(table(counts))).worth).toMatchObject({ kind: 'numbers', mae: 1, bias: 1 });
    expect((await classes(table(counts), 'classes')).worth).toMatchObject({ kind: 'classes', right: 0 });
  });

  it('names the rows in which the prediction is not the likeliest class', async () => {
    const { notes } = await summarizeText('prediction,probability_a,probability_b\na,0.4,0.6\nb,0.4,0.6\n');
    expect(notes).toEqual([
      'In one row the prediction is not the class with the largest probability: the model itself says both.',
    ]);
  });

  it('gives no log loss where the model has no probability for a truth, or they do not sum to 1', async () => {
    const unknown = await classes('truth,prediction,probability_a,probability_b\nc,a,0.9,0.1\na,a,0.9,0.1\n');
    expect(unknown.worth).toMatchObject({ logLoss: null, brier: null, calibration: null });
    expect(unknown.notes[0]).toMatch(/One row has a truth that the model has no probability for/);
    const wild = await classes('truth,prediction,probability_a,probability_b\na,a,0.9,0.9\na,a,0.9,0.1\n');
    expect(wild.worth).toMatchObject({ logLoss: null, right: 2 });
    expect(wild.notes[0]).toMatch(/do not sum to 1/);
  });

  it('shows the 30 commonest of many classes and puts the others together', async () => {
    const rows = Array.from({ length: 50 }, (_, one) =>
      Array.from({ length: one + 1 }, () => [`c${one}`, `c${one === 49 ? 0 : one}`] as const),
    ).flat();
    const { worth } = await classes(table(rows));
    if (worth?.kind !== 'classes') return expect.fail('no classes');
    expect(worth.classes).toBe(50);
    expect(worth.confusion.classes).toHaveLength(30);
    expect(worth.confusion.classes.slice(0, 2)).toEqual(['c20', 'c21']);
    expect(worth.confusion.rows).toHaveLength(31);
    expect(worth.confusion.rows.flat().reduce((sum, count) => sum + count)).toBe(rows.length);
    expect(worth.mistakes).toEqual([{ truth: 'c49', prediction: 'c0', rows: 50, share: 1 }]);
  });

  it('refuses a truth that is not there, naming the columns, and one that is the prediction', async () => {
    await expect(summarizeText('a,prediction\n1,2\n', { truth: 'b' })).rejects.toMatchObject({
      code: 'invalid-request',
      message: 'The result has no column "b". It has 2: "a", "prediction".',
    });
    await expect(summarizeText('a,prediction\n1,2\n', { truth: '#2' })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    const byJob = await summarizeText('a,prediction\n1,2\n', { truth: 'b', truthNamed: 'job' });
    expect(byJob.notes).toEqual(['The job names "b" as the truth, but the result has no such column.']);
    expect((await summarizeText('a,prediction\n1,2\n', { truth: 'b', truthNamed: 'app' })).notes).toEqual([]);
  });

  it('holds text against numbers in no way', async () => {
    const rows = Array.from({ length: 30 }, (_, row) => ['28,260', String(row + 0.5)] as const);
    const { worth, notes } = await summarizeText(
      `truth;prediction\n${rows.map((row) => row.join(';')).join('\n')}\n`,
      { truth: 'truth' },
    );
    expect(worth).toBeNull();
    expect(notes).toEqual([
      '30 rows have a truth that is no number, such as "28,260"; left out.',
      '"truth" and the prediction are numbers in no row together: nothing to compare.',
    ]);
  });

  it('answers with what the contract allows', async () => {
    for (const name of ['three-classes', 'numbers', 'same-truth']) {
      const { profile: _profile, ...summary } = await summarizeText(fixture(`${name}.csv`), {
        truth: 'truth',
      });
      expect(resultSummarySchema.omit({ jobId: true, drift: true }).parse(summary)).toEqual(summary);
    }
  });
});
