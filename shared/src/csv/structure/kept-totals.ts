import type { TableForm } from '../form.js';
import type { TextRecord } from '../read-fields.js';
import { cellKind } from './cell-kinds.js';
import { isTotalName } from './total-words.js';

const mostTotals = 5;
const mostCharacters = 60;
const afterName = new Set(['number', 'quantity', 'missing']);

/**
 * Rows that begin with `Total` or the like, have numbers behind it, and stay rows all the same: nothing shows that they
 * add the others up. A word that several rows begin with is a value of its column.
 */
export function keptTotals(
  rows: readonly TextRecord[],
  { skipped, firstRowLine }: Pick<TableForm, 'skipped' | 'firstRowLine'>,
): TableForm['keptTotals'] {
  const below = skipped.flatMap(({ line }) => (line !== null && line > firstRowLine ? [line] : []));
  const end = Math.min(Infinity, ...below);
  const named = rows.flatMap(({ line, fields }) => {
    const place = fields.findIndex((field) => field.trim() !== '');
    const text = fields[place]?.trim() ?? '';
    const isTotal =
      line < end &&
      isTotalName(text) &&
      fields.length > place + 1 &&
      fields.slice(place + 1).every((field) => afterName.has(cellKind(field)));
    return isTotal ? [{ line, text: text.slice(0, mostCharacters) }] : [];
  });
  const once = named.filter(({ text }) => named.filter((other) => other.text === text).length === 1);
  return once.length === 0 ? undefined : once.slice(0, mostTotals);
}
