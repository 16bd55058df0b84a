import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelPath, tablePath } from './corpus.mjs';
import { tableOf, textOf } from './read-result.mjs';
import { shufflesOf } from './shuffle.mjs';

/**
 * @typedef {import('./judge.mjs').Case} Case
 * @typedef {import('./judge.mjs').Outcome} Outcome
 * @typedef {(files: { model: string, table: string }) => Promise<Outcome>} Run
 * @typedef {{ name: string, what: string, verdict: 'held' | 'refused' | 'broken', why: string }} Relation
 */

/**
 * The columns that a run added, row by row. Null where it refused.
 *
 * @param {Outcome} outcome
 * @param {readonly string[]} names of the added columns
 */
function addedBy(outcome, names) {
  if ('code' in outcome) return null;
  const { header, rows } = tableOf(textOf(outcome.table), names);
  return rows.map((row) => names.map((name) => row[header.indexOf(name)] ?? ''));
}

/** The same cells; numbers may differ in their last digits, since kernels add up in another order. @param {string[][]} a @param {string[][]} b */
function isSame(a, b) {
  const near = (/** @type {string} */ one, /** @type {string} */ other) =>
    one === other || Math.abs(Number(one) - Number(other)) <= 1e-6 * Math.abs(Number(other));
  return (
    a.length === b.length &&
    a.every((row, at) => row.every((cell, column) => near(cell, b[at]?.[column] ?? '')))
  );
}

/**
 * Shuffles the tables of cases that are plain enough and compares what comes out. A part may be refused (half a table
 * may lack what tells how its numbers are meant); it may not be different.
 *
 * @param {readonly Case[]} cases
 * @param {Run} run
 * @returns {Promise<Relation[]>}
 */
export async function compareShuffles(cases, run) {
  const folder = await mkdtemp(join(tmpdir(), 'meshdeck-forms-'));
  /** @type {Relation[]} */
  const relations = [];
  try {
    for (const one of cases) {
      if (one.columns === undefined) continue;
      const model = modelPath(one);
      const whole = await run({ model, table: tablePath(one) });
      if ('code' in whole) continue;
      const names = Object.keys(one.expect?.[0] ?? {}).filter((name) =>
        /^(prediction|probability)/u.test(name),
      );
      const wanted = addedBy(whole, names);
      for (const { what, tables, putBack } of shufflesOf(
        await readFile(tablePath(one), 'utf8'),
        one.columns,
      )) {
        /** @type {string[][]} */
        const found = [];
        let refusal = '';
        for (const text of tables) {
          const table = join(folder, 'table.csv');
          await writeFile(table, text);
          const outcome = await run({ model, table });
          if ('code' in outcome) refusal = outcome.sentence;
          else found.push(...(addedBy(outcome, names) ?? []));
        }
        const same = isSame(putBack(found), wanted ?? []);
        const verdict = refusal !== '' ? 'refused' : same ? 'held' : 'broken';
        const why =
          refusal !== '' ? refusal : same ? '' : `${JSON.stringify(wanted)} became ${JSON.stringify(found)}`;
        relations.push({ name: one.name, what, verdict, why });
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return relations;
}
