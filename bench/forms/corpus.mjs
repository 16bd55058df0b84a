import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with the corpus: cases.jsonl, models, tables. */
export const corpusFolder = fileURLToPath(new URL('./corpus', import.meta.url));

/** @returns {import('./judge.mjs').Case[]} */
export function readCases() {
  const lines = readFileSync(join(corpusFolder, 'cases.jsonl'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** @param {import('./judge.mjs').Case} one */
export const modelPath = (one) => join(corpusFolder, 'models', `${one.model}.onnx`);

/** @param {import('./judge.mjs').Case} one */
export const tablePath = (one) => join(corpusFolder, 'tables', one.table);

/** The kind is what stands before the slash of a case's name. @param {import('./judge.mjs').Case} one */
export const kindOf = (one) => one.name.slice(0, one.name.indexOf('/'));
