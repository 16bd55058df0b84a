import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { driftSchema, type Drift } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import { summarizeText } from '../fixtures/summarize-text.js';
import { compareProfiles, type EarlierTable } from './compare-profiles.js';
import { tableProfileSchema } from './column-profile.js';
import { chiSquaredQuantile, populationStability } from './psi.js';

const expected = JSON.parse(
  readFileSync(fileURLToPath(new URL('../fixtures/expected.json', import.meta.url)), 'utf8'),
) as { psi: [number[], number[], number][]; chiSquared: [number, number, number][] };

/** Numbers between 0 and 1 that are the same in every run [Park and Miller 1988]. */
function createRandom(seed: number) {
  let state = seed;
  return () => (state = (state * 48_271) % 0x7fffffff) / 0x7fffffff;
}
/** About normal: the sum of twelve. */
const normal = (random: () => number) =>
  Array.from({ length: 12 }, random).reduce((sum, each) => sum + each) - 6;

const profileOf = async (text: string) => tableProfileSchema.parse((await summarizeText(text)).profile);
const table = (rows: number, cells: Record<string, (row: number) => string | number>) =>
  [
    Object.keys(cells).join(','),
    ...Array.from({ length: rows }, (_, row) =>
      Object.values(cells)
        .map((cell) => cell(row))
        .join(','),
    ),
  ].join('\n');

/** A table beside earlier ones, given as texts. */
async function driftOf(current: string, ...earlier: string[]): Promise<Drift> {
  const tables = await Promise.all(
    earlier.map(async (text, index): Promise<EarlierTable> => {
      const profile = await profileOf(text);
      return {
        job: { id: `j${index}`, name: `job ${index}`, rows: profile.rows, createdAt: index },
        profile,
      };
    }),
  );
  return driftSchema.parse(compareProfiles(await profileOf(current), tables, { feeds: () => null }));
}

const sentences = ({ columns }: Drift) => columns.map(({ level, sentence }) => `${level}: ${sentence}`);

describe('the index', () => {
  it('is what its definition gives, and its critical values those of scipy', () => {
    for (const [before, now, psi] of expected.psi)
      expect(populationStability(before, now)).toBeCloseTo(psi, 12);
    for (const [freedom, tail, value] of expected.chiSquared) {
      const ratio = chiSquaredQuantile(freedom, tail) / value;
      expect(ratio).toBeGreaterThan(0.97);
      expect(ratio).toBeLessThan(freedom >= 5 ? 1.04 : 1.12);
    }
  });

  it('finds nothing in tables that chance alone tells apart, however small', async () => {
    const random = createRandom(7);
    let told = 0;
    const make = (rows: number) =>
      table(rows, {
        ...Object.fromEntries(
          Array.from({ length: 8 }, (_, column) => [`x${column}`, () => normal(random).toFixed(3)]),
        ),
        zeros: () => (random() < 0.6 ? 0 : normal(random).toFixed(2)),
        flag: () => (random() < 0.1 ? 1 : 0),
        city: () => ['Oslo', 'Bern', 'Köln'][Math.floor(random() * 3)] ?? '',
        // More values than are kept one by one.
        code: () => `k${Math.floor(400 * random() ** 2)}`,
        gaps: () => (random() < 0.2 ? '' : Math.floor(random() * 50)),
      });
    for (const rows of [50, 60, 100, 200, 500, 2000]) {
      for (let round = 0; round < 5; round++) {
        const { columns } = await driftOf(make(rows), make(rows * 2), make(rows));
        told += columns.length;
      }
    }
    // 390 comparisons.
    expect(told).toBeLessThanOrEqual(1);
  });
});

describe('drift is told', () => {
  const random = createRandom(3);
  const weather = (rows: number, mean: number) =>
    table(rows, {
      id: (row) => row,
      temp: () => (mean + normal(random)).toFixed(2),
      wind: () => normal(random).toFixed(2),
    });

  it('of numbers, by their medians', async () => {
    const drift = await driftOf(weather(400, 36), weather(300, 21), weather(300, 21.5));
    expect(drift.sentence).toBe('Of 2 columns 1 moved much, beside the 2 earlier tables (600 rows).');
    expect(sentences(drift)).toEqual([
      expect.stringMatching(/^much: Column "temp" moved: median 21\.\d → 3[56]\.?\d*\.$/),
    ]);
    expect(drift).toMatchObject({ steady: 1, notCompared: ['id'], rowsBefore: 600, rowsNow: 400 });
  });

  it('of few values with few rows each: none of them enough alone', async () => {
    const few = (from: number) =>
      table(60, { x: (row) => from + (row % 9) + 0.5, kind: (row) => `k${from + (row % 10)}` });
    expect(sentences(await driftOf(few(36), few(20)))).toEqual([
      expect.stringMatching(/^much: Column "kind" moved: .* 10 values that no earlier table had/),
      expect.stringMatching(/^much: Column "x" moved: median 24.5 → 40.5\.$/),
    ]);
  });

  it('of a spread, where the median stayed', async () => {
    const spread = (width: number) =>
      table(500, {
        x: (row) => (row % 2 === 0 ? 10 : 10 + (row % 4 === 1 ? 1 : -1) * width * random()).toFixed(4),
      });
    const [told] = sentences(await driftOf(spread(8), spread(1)));
    expect(told).toMatch(
      /^much: Column "x" spreads otherwise: 90 % of its values lay between 9\.\d+ and 10\.\d+, now between [2-4]\.\d+ and 1\d\.\d+\.$/,
    );
  });

  it('of texts: shares, and values that no earlier table had', async () => {
    const cities = (rows: number, names: readonly string[]) =>
      table(rows, { city: (row) => names[row % names.length] ?? '' });
    const drift = await driftOf(
      cities(400, ['Oslo', 'Oslo', 'Oslo', 'Bern']),
      cities(400, ['Oslo', 'Bern', 'Bern', 'Bern']),
    );
    expect(sentences(drift)).toEqual(['much: Column "city" moved: "Oslo" 25 % → 75 %.']);
    const fresh = await driftOf(
      `${cities(400, ['Oslo', 'Bern'])}\nKöln\nKöln\nBasel`,
      cities(400, ['Oslo', 'Bern']),
    );
    expect(sentences(fresh)).toEqual([
      'steady: Column "city" has 2 values that no earlier table had: "Köln" (2 rows), "Basel" (1 row).',
    ]);
    expect(fresh.sentence).toBe('The column lies as in the earlier table (400 rows).');
  });

  it('of codes that no earlier table had, and of no measured number that none had', async () => {
    const codes = (rows: number, most: number) =>
      table(rows, { code: (row) => row % most, x: (row) => (row * most) / 7 });
    const drift = await driftOf(`${codes(300, 4)}\n9,1\n9,2\n9,3`, codes(300, 4));
    expect(sentences(drift)).toEqual([
      'steady: Column "code" has a value that no earlier table had: "9" (3 rows).',
    ]);
  });

  it('of cells without a value, a column that became empty, and one that became text', async () => {
    const x = (rows: number, share: number) =>
      table(rows, { x: (row) => (row % 10 < share * 10 ? 'NA' : (row % 97) / 7), y: (row) => row % 5 });
    const gaps = await driftOf(x(500, 0.4), x(500, 0));
    expect(sentences(gaps)).toEqual([
      expect.stringMatching(/40 % of its cells have no value, before 0 %\.$/),
    ]);
    const empty = await driftOf(table(100, { x: () => '', y: (row) => row % 5 }), x(100, 0));
    expect(sentences(empty)).toEqual([
      'much: Column "x" is empty here; before, 100 % of its cells had a value.',
    ]);
    const text = await driftOf(table(100, { x: (row) => `n.d. ${row % 3}`, y: (row) => row % 5 }), x(100, 0));
    expect(sentences(text)).toEqual(['much: Column "x" holds text here, and held numbers before.']);
  });

  it('of columns that came and went, wherever they stand', async () => {
    const drift = await driftOf(
      table(100, { b: (row) => row % 7, fresh: (row) => row % 3 }),
      table(100, { a: (row) => row % 5, b: (row) => row % 7 }),
    );
    expect(drift).toMatchObject({ added: ['fresh'], gone: ['a'], columns: [], steady: 1 });
  });

  it('of nothing that counts rows or is different in each: ids, times, names', async () => {
    const log = (from: number) =>
      table(200, {
        id: (row) => from + row,
        time: (row) => new Date(1e12 + (from + row) * 60_000).toISOString(),
        name: (row) => `Person ${from + row}`,
        x: (row) => row % 9,
      });
    const drift = await driftOf(log(5000), log(0));
    expect(drift).toMatchObject({ columns: [], steady: 1, notCompared: ['id', 'time', 'name'] });
  });

  it('of nothing where there are too few rows, or no earlier table', async () => {
    expect((await driftOf(weather(12, 21), weather(400, 36))).sentence).toBe(
      'Too few rows to tell chance from change: 12 rows here and 400 rows before, where it takes 50 each.',
    );
    expect((await driftOf(weather(100, 21))).sentence).toBe(
      'There is no earlier table of this app to compare with.',
    );
  });

  it('of 5,000 columns, in a profile that stays small', async () => {
    const wide = (shift: number) =>
      `${Array.from({ length: 5000 }, (_, column) => `c${column}`).join(',')}\n${Array.from(
        { length: 120 },
        () =>
          Array.from({ length: 5000 }, (_, column) =>
            (random() + (column === 4321 ? shift : 0)).toFixed(3),
          ).join(','),
      ).join('\n')}`;
    const [before, now] = [await profileOf(wide(0)), await profileOf(wide(0.9))];
    expect(JSON.stringify(now).length).toBeLessThan(4e6);
    const drift = compareProfiles(
      now,
      [{ job: { id: 'j', name: 'j', rows: 80, createdAt: 1 }, profile: before }],
      {
        feeds: () => null,
      },
    );
    expect(sentences(drift)).toEqual([expect.stringContaining('"c4321" moved') as string]);
  });
});
