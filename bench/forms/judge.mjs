import { tableOf, textOf } from './read-result.mjs';

/**
 * A value of the result: a number within tolerance, a text as it stands, or any of several.
 *
 * @typedef {string | number | (string | number)[]} Expected
 *
 * A model and a table as the world writes them, and what must come of it. `refuse`: what a refusal must name; `never`:
 * what it must not say; `says`: what the reading must tell beside a value, for all of `expect` or for each; `absent`: columns that would be a lie;
 * `columns`: the table may be shuffled, and whether the order of its columns means something.
 *
 * @typedef {{
 *   name: string, accept: 'value' | 'refuse' | 'either', model: string, table: string, source: string, why: string,
 *   columns?: 'named' | 'ordered', expect?: Record<string, Expected[]>[], refuse?: string, never?: string, says?: string | (string | null)[], absent?: string,
 * }} Case
 *
 * What the product made of it. `reading` is everything it told beside the values.
 *
 * @typedef {{ table: Buffer, rows: number, reading: string } | { code: string, sentence: string }} Outcome
 *
 * @typedef {'right' | 'refused well' | 'unsaid' | 'refused badly' | 'wrong'} Verdict
 */

/** A person should never have to read these. */
const raw = /Non-zero status|onnxruntime[/\\]|\.(cc|h):\d|\[object|undefined|Exception during/u;
const blamesUs = new Set(['internal', 'app-crashed']);

/** @param {string} pattern */
const like = (pattern) => new RegExp(pattern, 'isu');

/**
 * @param {Case} one
 * @param {Outcome} outcome
 * @returns {{ verdict: Verdict, why: string }}
 */
export function judge(one, outcome) {
  if ('code' in outcome) return judgeRefusal(one, outcome);
  if (one.accept === 'refuse')
    return { verdict: 'wrong', why: `not refused; gave ${opening(outcome.table)}` };
  const faults = faultsOf(one, outcome);
  const met = faults.indexOf(null);
  if (met === -1) return { verdict: 'wrong', why: faults[0] ?? 'the case expects nothing' };
  const says = Array.isArray(one.says) ? (one.says[met] ?? null) : (one.says ?? null);
  if (says !== null && !like(says).test(outcome.reading)) {
    return { verdict: 'unsaid', why: `the reading does not say /${says}/` };
  }
  return { verdict: 'right', why: '' };
}

/** @param {Case} one @param {{ code: string, sentence: string }} refusal @returns {{ verdict: Verdict, why: string }} */
function judgeRefusal(one, { code, sentence }) {
  const told = `${code}: ${sentence}`;
  if (one.accept === 'value') return { verdict: 'refused badly', why: `should be right: ${told}` };
  if (blamesUs.has(code) || raw.test(sentence)) return { verdict: 'refused badly', why: `raw: ${told}` };
  if (one.never !== undefined && like(one.never).test(sentence)) {
    return { verdict: 'refused badly', why: `says /${one.never}/: ${told}` };
  }
  if (!like(one.refuse ?? '').test(sentence)) {
    return { verdict: 'refused badly', why: `does not name /${one.refuse ?? ''}/: ${told}` };
  }
  return { verdict: 'refused well', why: told };
}

/**
 * For each expectation what is wrong with the result, or null.
 *
 * @param {Case} one @param {{ table: Buffer, rows: number }} outcome @returns {(string | null)[]}
 */
function faultsOf(one, { table, rows }) {
  let text;
  try {
    text = textOf(table);
  } catch {
    return ['the result is no UTF-8'];
  }
  return (one.expect ?? []).map((expected) => {
    const found = tableOf(text, Object.keys(expected));
    if (found.rows.length !== rows) return `the run says ${rows} rows, the result has ${found.rows.length}`;
    const lie = found.header.find((name) => one.absent !== undefined && like(one.absent).test(name));
    return lie === undefined ? difference(expected, found) : `a column called ${lie}`;
  });
}

/** @param {Record<string, Expected[]>} expected @param {{ header: string[], rows: string[][] }} found */
function difference(expected, { header, rows }) {
  for (const [name, values] of Object.entries(expected)) {
    const column = header.indexOf(name);
    if (column === -1)
      return `no column "${name}" among ${header.join(' | ')}: ${(rows[0] ?? []).join(' | ')}`;
    if (values.length !== rows.length) return `${values.length} rows expected, ${rows.length} found`;
    const row = values.findIndex((value, index) => !isSame(value, rows[index]?.[column] ?? ''));
    if (row !== -1)
      return `row ${row + 1}, ${name}: expected ${String(values[row])}, found ${rows[row]?.[column] ?? ''}`;
  }
  return null;
}

/** @param {Expected} expected @param {string} found @returns {boolean} */
function isSame(expected, found) {
  if (Array.isArray(expected)) return expected.some((one) => isSame(one, found));
  if (typeof expected === 'string') return expected === found;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/iu.test(found) ? Number(found) : Number.NaN;
  return Math.abs(value - expected) <= 1e-5 * Math.abs(expected) + 1e-7;
}

/** @param {Buffer} table */
const opening = (table) => JSON.stringify(table.toString('utf8').slice(0, 160));
