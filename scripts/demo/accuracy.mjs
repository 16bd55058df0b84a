import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../build/paths.mjs';

/** @param {string} path @returns {Record<string, string>[]} */
export function readTable(path) {
  const { parse } = createRequire(join(root, 'mesh-node/package.json'))('csv-parse/sync');
  return parse(readFileSync(path, 'utf8'), { columns: true, bom: true });
}

/** Share of rows whose prediction is the label that stands beside it. */
export function accuracyOf(rows, { label, prediction }) {
  const missing = [label, prediction].find((column) => rows[0]?.[column] === undefined);
  if (missing !== undefined) throw new Error(`The result has no column "${missing}".`);
  const right = rows.filter((row) => Number(row[label]) === Number(row[prediction])).length;
  return right / rows.length;
}
