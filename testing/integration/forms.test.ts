import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createOnnxRunner, type OnnxRunner } from '../../mesh-node/src/runners/onnx/onnx-runner.js';
import { buildRunnerProcess, testRunnerOptions } from '../../mesh-node/src/runners/onnx/test-runner.js';
import { byRunner } from '../../bench/forms/by-runner.mjs';
import { corpusFolder, kindOf, readCases } from '../../bench/forms/corpus.mjs';
import { compareShuffles } from '../../bench/forms/metamorphic.mjs';
import { tableOf, textOf } from '../../bench/forms/read-result.mjs';
import { renderTable, type Form } from '../../bench/forms/render.mjs';
import { scoreCases } from '../../bench/forms/score.mjs';

const cases = readCases();
const folder = mkdtempSync(join(tmpdir(), 'meshdeck-forms-'));
let runner: OnnxRunner;
let run: ReturnType<typeof byRunner>;
let removeProcess: () => Promise<void>;

beforeAll(async () => {
  const { modulePath, remove } = await buildRunnerProcess();
  removeProcess = remove;
  runner = createOnnxRunner({ ...testRunnerOptions(modulePath), maxProcesses: 2 });
  run = byRunner(runner, folder);
});

afterAll(async () => {
  await runner.stop();
  await removeProcess();
  rmSync(folder, { recursive: true, force: true });
});

describe.concurrent('models and tables as the world writes them', () => {
  for (const kind of new Set(cases.map(kindOf))) {
    it(`are right and told, or refused, never wrong or unsaid: ${kind}`, async () => {
      const scored = await scoreCases(
        cases.filter((one) => kindOf(one) === kind),
        run,
        2,
      );
      const wrong = scored.filter(({ verdict }) => verdict === 'wrong' || verdict === 'unsaid');
      expect(wrong.map(({ case: one, why }) => `${one.name}: ${why}`)).toEqual([]);
    });
  }

  it('predict the same for rows in another order, for columns in another order, and for half the rows', async () => {
    const relations = await compareShuffles(cases, run);
    expect(relations.filter(({ verdict }) => verdict === 'broken')).toEqual([]);
    expect(relations.filter(({ verdict }) => verdict === 'held').length).toBeGreaterThan(100);
  });
});

const form: fc.Arbitrary<Form> = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t'),
  decimal: fc.constantFrom('.', ','),
  encoding: fc.constantFrom('utf8', 'utf8-bom', 'utf16le', 'utf16be', 'latin1'),
  end: fc.constantFrom('\n', '\r\n', '\r', '\r\r\n'),
  index: fc.constantFrom('', 'nameless', 'quoted'),
  quotes: fc.constantFrom('needed', 'all'),
  above: fc.constantFrom('', 'sep', 'title', 'blank'),
  below: fc.constantFrom('', 'delimiters', 'blank'),
  lastEnd: fc.boolean(),
});

describe('one table in every form', () => {
  const tables = [
    {
      what: 'text and number by name',
      model: 'texts-towns',
      names: ['x', 'Ort'],
      rows: [
        [1.5, 'Köln'],
        [2.25, 'Genève'],
        [12345.5, 'Basel'],
      ],
      predictions: [301.5, 202.25, 12445.5],
    },
    {
      what: 'numbers by place',
      model: 'columns-four',
      names: ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'],
      rows: [
        [5.5, 3, 1, 0.25],
        [7, 3.5, 4, 1],
        [1.125, 3, 2, 0.5],
      ],
      predictions: [385.5, 1442, 731.125],
    },
  ];

  it.each(tables)(
    'gives the same predictions or a refusal: $what',
    async ({ model, names, rows, predictions }) => {
      const modelFile = join(corpusFolder, 'models', `${model}.onnx`);
      const file = join(folder, `${model}.csv`);
      await fc.assert(
        fc.asyncProperty(form, async (how) => {
          writeFileSync(file, renderTable(names, rows, how));
          const outcome = await run({ model: modelFile, table: file });
          if ('code' in outcome) return;
          const { header, rows: found } = tableOf(textOf(outcome.table), ['prediction']);
          const given = found.map((row) => row[header.indexOf('prediction')]).filter((value) => value !== '');
          expect(given.map(Number)).toEqual(predictions);
        }),
        { numRuns: 300 },
      );
    },
  );
});

const script = fileURLToPath(new URL('../../bench/forms/make/main.py', import.meta.url));
const python = ['python3', '/usr/bin/python3'].find(
  (name) => spawnSync(name, ['-c', 'import onnx, numpy']).status === 0,
);
const rounded = (text: string): unknown =>
  JSON.parse(`[${text.trim().split('\n').join(',')}]`, (_, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(6)) : value,
  );

describe('the corpus', () => {
  it.skipIf(python === undefined)('is what its script writes (needs python3-onnx)', () => {
    const made = mkdtempSync(join(tmpdir(), 'meshdeck-corpus-'));
    onTestFinished(() => {
      rmSync(made, { recursive: true, force: true });
    });
    execFileSync(python ?? 'python3', ['-B', script, made]);
    const list = (where: string) => rounded(readFileSync(join(where, 'cases.jsonl'), 'utf8'));
    expect(list(made)).toEqual(list(corpusFolder));
    for (const part of ['models', 'tables']) {
      const names = readdirSync(join(corpusFolder, part), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(corpusFolder.length + 1));
      const differ = names.filter(
        (name) => !readFileSync(join(made, name)).equals(readFileSync(join(corpusFolder, name))),
      );
      expect(differ).toEqual([]);
      expect(readdirSync(join(made, part), { recursive: true }).length).toBe(
        readdirSync(join(corpusFolder, part), { recursive: true }).length,
      );
    }
  });
});
