import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { appManifestSchema, manifestFileName } from '@meshdeck/shared';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildRunnerProcess, runCsv, startTestRunner } from '../../mesh-node/src/runners/onnx/test-runner.js';

const run = promisify(execFile);
const here = fileURLToPath(new URL('../../sample-apps', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;
type Row = Record<string, string>;

async function manifestOf(app: string) {
  return appManifestSchema.parse(JSON.parse(await readFile(join(here, app, manifestFileName), 'utf8')));
}

function table(text: string, delimiter = ','): Row[] {
  return parse(text, { columns: true, delimiter }) as Row[];
}

/** Runs a script app as an agent would, with nothing but the two variables, on its sample or on `csv`. */
async function runScript(program: string, app: string, csv?: string) {
  const output = await mkdtemp(join(tmpdir(), 'meshdeck-sample-'));
  onTestFinished(() => rm(output, { recursive: true, force: true }));
  const manifest = await manifestOf(app);
  let input = join(here, app, manifest.sample?.input ?? '');
  if (csv !== undefined) {
    input = join(output, 'input.csv');
    await writeFile(input, csv);
  }
  const { stdout } = await run(program, [join(here, app, manifest.entry)], {
    env: { MESHDECK_INPUT: input, MESHDECK_OUTPUT: output },
  });
  const progress = [...stdout.matchAll(/^@progress (\S+)$/gm)].map(([, fraction]) => Number(fraction));
  expect(progress.every((fraction, at) => fraction <= 1 && fraction > (progress[at - 1] ?? 0))).toBe(true);
  expect(progress.at(-1)).toBe(1);
  return await readFile(join(output, 'predictions.csv'), 'utf8');
}

describe('digits', () => {
  let built: Awaited<ReturnType<typeof buildRunnerProcess>>;
  beforeAll(async () => {
    built = await buildRunnerProcess();
  });
  afterAll(() => built.remove());

  it('predicts what scikit-learn does, row by row, and is right more than 95 % of the time', async () => {
    const manifest = await manifestOf('digits');
    const read = (file: string) => readFile(join(here, 'digits', file), 'utf8');
    const { text, result } = await runCsv({
      runner: startTestRunner(built.modulePath),
      model: join(here, 'digits', manifest.entry),
      csv: await read(manifest.sample?.input ?? ''),
    });
    const rows = table(text);
    const expected = table(await read('digits-expected.csv'));
    expect(rows.map(({ id, prediction }) => ({ id, prediction }))).toEqual(
      expected.map(({ id, prediction }) => ({ id, prediction })),
    );
    rows.forEach((row, at) => {
      const probability = Number(row[`probability_${row['prediction'] ?? ''}`]);
      expect(probability).toBeCloseTo(Number(expected[at]?.['probability']), 4);
    });
    const label = manifest.sample?.labelColumn ?? '';
    expect(rows.filter((row) => row[label] === row['prediction']).length / rows.length).toBeGreaterThan(0.95);
    expect(result.columnMap.aside).toEqual(['id', 'label']);
    expect(result.rows).toBe(450);
  });
});

describe.runIf(hasPython)('sensor-outliers', () => {
  it('finds the planted faults and few else', async () => {
    const rows = table(await runScript('python3', 'sensor-outliers'));
    const count = (truth: string, prediction: string) =>
      rows.filter((row) => row['truth'] === truth && row['prediction'] === prediction).length;
    expect(rows.length).toBe(2880);
    expect(count('outlier', 'outlier')).toBe(23);
    expect(count('outlier', 'ok')).toBe(0);
    expect(count('ok', 'outlier')).toBeLessThan(6);
  });

  it('judges each group by itself, names the column, and keeps the delimiter', async () => {
    const values = [10, 11, 10.5, 9.5, 10.2, 50].map((value) => `a;${value};1`);
    const far = [500, 510, 505, 495, 502, 501].map((value) => `b;${value};1`);
    const text = await runScript(
      'python3',
      'sensor-outliers',
      `device;x;y\n${[...values, ...far].join('\n')}\n`,
    );
    const rows = table(text, ';');
    expect(rows.filter((row) => row['prediction'] === 'outlier')).toMatchObject([{ x: '50', because: 'x' }]);
  });

  it('says what is wrong with a table without readings', async () => {
    await expect(runScript('python3', 'sensor-outliers', 'sensor,x\n')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no readings') as string,
    });
  });
});

describe('plate-reader', () => {
  it('reads the concentrations that the samples were made with', async () => {
    const rows = table(await runScript(process.execPath, 'plate-reader'));
    const samples = rows.filter((row) => row['role'] === 'sample' && row['note'] === '');
    const errors = samples.map((row) => Math.abs(Number(row['prediction']) / Number(row['truth']) - 1));
    errors.sort((a, b) => a - b);
    expect(rows.length).toBe(288);
    expect(samples.length).toBeGreaterThan(150);
    expect(errors[Math.floor(errors.length * 0.5)]).toBeLessThan(0.05);
    expect(errors[Math.floor(errors.length * 0.9)]).toBeLessThan(0.15);
  });

  it('finds an exact curve again, and notes what lies outside of the standards', async () => {
    const signal = (x: number) => (3 + (0.05 - 3) / (1 + (x / 300) ** 1.2)).toFixed(8);
    const standards = [15, 30, 60, 125, 250, 500, 1000, 2000].map((x) => `standard,${x},${signal(x)}`);
    const samples = [100, 777, 5, 4000].map((x) => `sample,,${signal(x)}`);
    const csv = `Role,Concentration (ng/ml),Absorbance\n${[...standards, ...samples].join('\n')}\nblank,,0\n`;
    const rows = table(await runScript(process.execPath, 'plate-reader', csv));
    const found = rows.filter((row) => row['Role'] === 'sample');
    [100, 777, 5, 4000].forEach((x, at) => expect(Number(found[at]?.['prediction'])).toBeCloseTo(x, 1));
    expect(found.map((row) => row['note'])).toEqual(['', '', 'below standards', 'above standards']);
  });

  it('says which column or row is wrong', async () => {
    const fails = (csv: string, stderr: string) =>
      expect(runScript(process.execPath, 'plate-reader', csv)).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining(stderr) as string,
      });
    await fails('role,absorbance\nblank,1\n', 'lacks the column concentration');
    await fails('role,concentration,absorbance\nblank,,high\n', 'Row 1 has the absorbance "high"');
  });
});
