import type { ModelFacts } from '../model-facts.js';
import type { Vocabulary } from '../graph/vocabulary.js';
import type { PlannedInput } from './input-plan.js';

const exampleRows = 3;
const mostColumns = 2000;

/** A table to try a model on, or why there is none. */
export interface ExampleTable {
  csv: string | null;
  note: string;
}

const invented =
  'The example’s values are made up: they show the form of a table, and their predictions mean nothing.';

/**
 * A header and three rows that the model takes: names from the file where it has them, texts and numbers from its own
 * vocabulary where it has one.
 */
export function exampleTable(
  planned: readonly PlannedInput[],
  vocabularies: ModelFacts['vocabularies'],
): ExampleTable {
  const columns: Column[] = [];
  for (const { input, least, columns: names } of planned) {
    const width = input.width ?? (names.length > 0 ? names.length : least);
    if (width === undefined) {
      return {
        csv: null,
        note: `The model does not say how many columns the input "${input.name.slice(0, 60)}" takes, so no example can be made.`,
      };
    }
    if (columns.length + width > mostColumns) {
      return {
        csv: null,
        note: `A row has more than ${mostColumns.toLocaleString('en-US')} columns: too many for an example.`,
      };
    }
    const own = vocabularies.get(input.name) ?? [];
    for (let at = 0; at < width; at++) {
      const known = own.filter(({ column }) => column === null || column === at);
      columns.push({
        name: names[at] ?? (width === 1 ? input.name : `feature_${columns.length + 1}`),
        cell: cellsOf(input.type, known, at),
      });
    }
  }
  if (columns.length === 0) return { csv: null, note: 'The model takes nothing from a table.' };
  if (new Set(columns.map(({ name }) => name)).size < columns.length) {
    return { csv: null, note: 'The file gives several columns one name, so no example can be made.' };
  }
  const rows = [columns.map(({ name }) => quoted(name))];
  for (let row = 0; row < exampleRows; row++) rows.push(columns.map(({ cell }) => quoted(cell(row))));
  return { csv: `${rows.map((cells) => cells.join(',')).join('\n')}\n`, note: invented };
}

interface Column {
  name: string;
  cell: (row: number) => string;
}

/** Values by row: from the smallest vocabulary that knows the column, else plain ones of its type. */
function cellsOf(type: string, known: readonly Vocabulary[], at: number): (row: number) => string {
  const [own] = known.toSorted((a, b) => a.values.size - b.values.size);
  const values = own === undefined ? [] : firstOf(own.values, exampleRows);
  if (values.length > 0 && own !== undefined) {
    const written = own.letters === 'upper' ? values.map((value) => value.toLowerCase()) : values;
    return (row) => written[row % written.length] ?? '';
  }
  if (type === 'string') return (row) => `text ${String.fromCharCode(97 + row)}`;
  if (type === 'bool') return (row) => String(row % 2 === 0);
  if (!type.startsWith('float')) return (row) => String((row + at) % 2);
  return (row) => String((5 + ((row * 3 + at * 7) % 10)) / 10);
}

function firstOf(values: Iterable<string>, most: number): string[] {
  const first: string[] = [];
  for (const value of values) {
    if (value.trim() === '') continue;
    first.push(value);
    if (first.length === most) break;
  }
  return first;
}

/** A cell as RFC 4180 has it. */
function quoted(cell: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
