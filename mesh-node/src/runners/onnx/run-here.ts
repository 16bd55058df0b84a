import { fileURLToPath } from 'node:url';
import type { ReadingOptions } from '@meshdeck/shared';
import { loadModel, type LoadedModel } from './load-model.js';
import { runInProcess } from './run-in-process.js';
import type { ModelRun } from './run-model.js';

const models = new Map<string, Promise<LoadedModel>>();

/** A fixture model, loaded once for all tests of a file. */
export function fixtureModel(name: string): Promise<LoadedModel> {
  const path = fileURLToPath(new URL(`./fixtures/${name}.onnx`, import.meta.url));
  const model = models.get(name) ?? loadModel({ path, threads: 1 });
  models.set(name, model);
  return model;
}

/** A run in the test's own process: what was read how, and the result's columns by name. */
export interface RunHere {
  run: ModelRun;
  text: string;
  /** The cells of a column of the result. */
  column: (name: string) => string[];
}

/** Runs a fixture model over a table in memory. */
export async function runHere(
  model: string,
  csv: string | Buffer,
  told: ReadingOptions = {},
): Promise<RunHere> {
  const { run, text, header, rows } = await runInProcess(await fixtureModel(model), csv, told);
  const column = (name: string): string[] => {
    const at = header.indexOf(name);
    return at < 0 ? [] : rows.map((row) => row[at] ?? '');
  };
  return { run, text, column };
}

/** The sentence a table is refused with, behind its code. */
export async function refusalOf(
  model: string,
  csv: string | Buffer,
  told: ReadingOptions = {},
): Promise<string> {
  const outcome: unknown = await runHere(model, csv, told).then(
    ({ text }) => `it ran:\n${text}`,
    (error: unknown) => error,
  );
  return outcome instanceof Error && 'code' in outcome
    ? `${String(outcome.code)}: ${outcome.message}`
    : String(outcome);
}
