import { recordsOf } from './read-result.mjs';

/** @typedef {{ what: string, tables: string[], putBack: (rows: string[][]) => string[][] }} Shuffle */

/** @param {string} cell @param {string} delimiter */
const quoted = (cell, delimiter) =>
  cell !== cell.trim() || ['"', '\n', '\r', delimiter].some((sign) => cell.includes(sign))
    ? `"${cell.replaceAll('"', '""')}"`
    : cell;

/** @param {string} text a table with one line of names */
export function delimiterOf(text) {
  const [line = ''] = text.split(/\r|\n/u, 1);
  const count = (/** @type {string} */ sign) => line.split(sign).length;
  return [';', '\t', ','].reduce((best, one) => (count(one) > count(best) ? one : best));
}

/**
 * What may be done to a table and must do the same to its predictions, and nothing else: rows reversed, columns
 * reversed where inputs find them by name, the table split in two.
 *
 * @param {string} text a table with one line of names
 * @param {'named' | 'ordered'} columns
 * @returns {Shuffle[]}
 */
export function shufflesOf(text, columns) {
  const delimiter = delimiterOf(text);
  const [names = [], ...rows] = recordsOf(text, delimiter);
  const render = (/** @type {string[][]} */ records) =>
    records.map((record) => `${record.map((cell) => quoted(cell, delimiter)).join(delimiter)}\n`).join('');
  /** @type {Shuffle[]} */
  const shuffles = [
    {
      what: 'rows reversed',
      tables: [render([names, ...rows.toReversed()])],
      putBack: (result) => result.toReversed(),
    },
  ];
  if (rows.length > 1) {
    const half = Math.ceil(rows.length / 2);
    const halves = [rows.slice(0, half), rows.slice(half)];
    shuffles.push({
      what: 'split in two',
      tables: halves.map((part) => render([names, ...part])),
      putBack: (result) => result,
    });
  }
  if (columns === 'named') {
    const reversed = [names, ...rows].map((record) => record.toReversed());
    shuffles.push({ what: 'columns reversed', tables: [render(reversed)], putBack: (result) => result });
  }
  return shuffles;
}
