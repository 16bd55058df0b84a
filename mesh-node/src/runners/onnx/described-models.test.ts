import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MeshdeckError } from '@meshdeck/shared';
import { describeModel } from '@meshdeck/shared/onnx';
import { describe, expect, it } from 'vitest';
import { loadModel } from './load-model.js';
import { parseModel } from './loading/parse-model.js';
import { runInProcess } from './run-in-process.js';

/** Models that run forever or fill the memory, on purpose. */
const unrunnable = /^(endless|memory-hungry|too-much-memory)\.onnx$/;

const models = ['./fixtures/', './fixtures/forms/'].flatMap((folder) =>
  readdirSync(new URL(folder, import.meta.url))
    .filter((name) => name.endsWith('.onnx') && !unrunnable.test(name))
    .map((name): [string, string] => [name, fileURLToPath(new URL(folder + name, import.meta.url))]),
);

function described(path: string) {
  const bytes = readFileSync(path);
  return describeModel(bytes, parseModel(bytes));
}

/** Undefined where the runtime refuses the model itself: it may be described all the same. */
async function loaded(path: string) {
  return loadModel({ path, threads: 1 }).catch((error: unknown) => {
    if (error instanceof MeshdeckError) return undefined;
    throw error;
  });
}

const tableFaults = /^csv-/;

describe('a described model', () => {
  let ran = 0;
  let compared = 0;

  it.each(models)('%s takes its example, and gives the columns it was said to', async (_name, path) => {
    const model = await loaded(path);
    if (model === undefined) return;
    const { example, outputs } = described(path);
    if (example.csv === null) return;
    let run;
    try {
      run = await runInProcess(model, example.csv);
    } catch (error) {
      // What is wrong may be the model, and never the table.
      expect(error).toBeInstanceOf(MeshdeckError);
      expect((error as MeshdeckError).code, (error as MeshdeckError).message).not.toMatch(tableFaults);
      return;
    }
    ran += 1;
    expect(run.rows.length).toBe(3);
    for (const { name, columns } of outputs) {
      const told = run.run.reading.outputs.find(({ output }) => output === name);
      if (columns === null || told === undefined) continue;
      expect(columns, name).toEqual(told.columns);
      compared += 1;
    }
  });

  it('tells the columns of most outputs before a run', () => {
    expect(ran).toBeGreaterThan(0.8 * models.length);
    expect(compared).toBeGreaterThan(models.length);
  });
});
