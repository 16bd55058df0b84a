import { MeshdeckError } from '@meshdeck/shared';
import { countedName } from '@meshdeck/shared/csv';
import {
  listColumns,
  listNames,
  listTexts,
  type ModelInput,
  shown,
  shownColumn,
} from '@meshdeck/shared/onnx';

/** Columns that the model names and the table lacks. */
export function missingNames({
  missing,
  wanted,
  extra,
  header,
  aside,
}: {
  missing: readonly string[];
  wanted: readonly string[];
  /** Columns that the table has and the model does not know. */
  extra: readonly number[];
  header: readonly string[];
  /** One of those that are missing is there, and told to feed nothing or another input. */
  aside: boolean;
}): MeshdeckError {
  const wants = missing.length === wanted.length ? '' : ` The model wants ${listNames(wanted)}.`;
  const has =
    extra.length === 0 ? '' : ` It has ${listColumns(header, extra)}, which the model does not know.`;
  const plural = missing.length === 1 ? 'the column' : `${missing.length} columns`;
  const [first = ''] = missing;
  const told = aside ? ' What is told to be put aside or to feed another input counts as missing.' : '';
  const together = undivided(header, wanted.length);
  const way =
    extra.length === 0 || together !== ''
      ? ''
      : ` Rename a column, or say which one it is with --map ${typed(first)}=COLUMN.`;
  return refusal(
    `The CSV lacks ${plural} ${listNames(missing)}.${has}${uncalled(header)}${wants}${told}${way}${together}`,
  );
}

/** Columns whose names all could be what the model wants. */
export function ambiguousNames(
  name: string,
  columns: readonly number[],
  header: readonly string[],
): MeshdeckError {
  if (columns.length === 1) {
    return refusal(
      `The column ${listColumns(header, columns)} could be the model's ${shown(name)} or another of its inputs. ` +
        `Say which with --map ${typed(name)}=COLUMN.`,
    );
  }
  const places = columns.map((column) => `${shownColumn(header, column)} (#${column + 1})`);
  return refusal(
    `The CSV has more than one column that could be the model's ${shown(name)}: ${listTexts(places)}. ` +
      `Rename all but one, or say which with --map ${typed(name)}=#${(columns[0] ?? 0) + 1}.`,
  );
}

/** Several inputs of several values each, and no names that tell which column is whose. */
export function severalMatrices(open: readonly ModelInput[], header: readonly string[]): MeshdeckError {
  const first = open[0]?.name ?? '';
  return refusal(
    `The model takes several groups of columns (${listNames(open.map(({ name }) => name))}). Name the CSV's columns ` +
      `after them: "${first}_0", "${first}_1" and so on, or say which columns each takes, ${mapped({ name: first })}.` +
      undivided(header, open.length),
  );
}

/** A hint for a table whose columns stay together because something else stands between them. */
export function undivided(header: readonly string[], wanted: number): string {
  const [only = ''] = header;
  if (header.length !== 1 || wanted === 1) return '';
  const way = /[,;\t|]/.test(only)
    ? ' Its lines seem to stand in quotes as a whole: save the table without these quotes.'
    : /\S +\S/.test(only)
      ? ' If blanks part them, say so with --delimiter space.'
      : '';
  return ` Nothing divides its first line into columns, so the whole of it counts as one.${way}`;
}

/** A hint for a table without a line of names. */
function uncalled(header: readonly string[]): string {
  return header.every((name, column) => name === countedName(column))
    ? ' Columns are counted so where a table has no line of names. Put one above, or say which is which.'
    : '';
}

/** How a person says which columns feed an input. */
export function mapped({ name }: Pick<ModelInput, 'name'>): string {
  return `in its order, with --map ${typed(name)}=COLUMN once for each`;
}

/** An input's name as it is typed behind `--map`. */
function typed(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : shown(name);
}

export function refusal(message: string): MeshdeckError {
  return new MeshdeckError('csv-column-mismatch', message);
}
