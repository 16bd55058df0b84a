import type { SkippedLines } from '../../models/reading.js';
import { contrastOf, type BodyKinds } from './body-kinds.js';
import { cellKind } from './cell-kinds.js';
import type { TextRecord } from '../read-fields.js';
import { filledFields } from './record-widths.js';
import { surelyUnit, unitLike } from './units.js';

/** Which of a table's first lines holds the names. Numbers are places among the records given. */
export interface TopLines {
  header: number;
  /** A line above with names of groups of columns, needed to tell the names apart. */
  groups: number | null;
  firstRow: number;
  /** What the other lines before the first row are. */
  others: Map<number, SkippedLines['what']>;
}

/** Lines that could each hold the names. */
export interface OpenTop {
  candidates: readonly [TextRecord, TextRecord];
}

/** Units, or types. A few letters that may be a unit are no line of units where there is little to compare them with. */
const isUnits = ({ fields }: TextRecord, hasMuch: boolean): boolean => {
  const cells = fields.filter((cell) => cellKind(cell) !== 'missing');
  return cells.length > 0 && cells.every(unitLike) && (hasMuch || cells.some(surelyUnit));
};

/** Every column has a name of its own; the first, the rows' names or index, may have none. */
function isNames({ fields }: TextRecord, width: number): boolean {
  const names = fields.slice(0, width).map((name) => name.trim());
  return names.slice(1).every((name) => name !== '') && new Set(names).size === width;
}

/**
 * Tells apart the lines above the first row: titles, groups of columns, names, units. `records` begin with the first
 * line that has the table's columns; `firstRow` is the first of them without a word in a column of numbers or dates.
 */
export function judgeTopLines(
  records: readonly TextRecord[],
  firstRow: number,
  body: BodyKinds,
  width: number,
): TopLines | OpenTop {
  const top = records.slice(0, firstRow);
  const kinds = top.map((record, at) => {
    const kind = kindOf(record, body, width);
    // Units stand below names.
    return kind === 'units' && at === 0 ? (isNames(record, width) ? 'names' : 'gaps') : kind;
  });
  const names = kinds.flatMap((kind, at) => (kind === 'names' ? [at] : []));
  const isSure = isSureOf(body, records.length - firstRow);
  const withHeader = (header: number, groups: number | null = null): TopLines => {
    const below = belowHeader(records, { header, groups, firstRow }, body, width);
    for (let at = 0; at < header; at++) {
      if (at !== groups) below.others.set(at, kinds[at] === 'gaps' ? 'header' : 'preamble');
    }
    return { header, groups, ...below };
  };

  const [first, second] = names;
  if (first !== undefined && second === undefined) {
    return withHeader(isSure || !kinds.slice(0, first).includes('gaps') ? first : 0);
  }
  if (first !== undefined && second !== undefined) {
    const candidates = [top[first] as TextRecord, top[names.at(-1) ?? second] as TextRecord] as const;
    return isSure ? { candidates } : withHeader(first);
  }
  const [groups, below] = top;
  if (kinds[0] === 'gaps' && kinds[1] === 'gaps' && groups !== undefined && below !== undefined) {
    if (areUnique(groupedNames(groups, below, width))) return withHeader(1, 0);
  }
  return withHeader(
    Math.max(
      0,
      kinds.findIndex((kind) => kind !== 'title'),
    ),
  );
}

/** Words in place of numbers happen to a row; in all of several columns, above rows that have none, they mean more. */
const isSureOf = (body: BodyKinds, rows: number) => body.sure.length > 1 && rows > 1;

/** The first row below a header, and what stands between them: units, and other words in columns of numbers. */
export function belowHeader(
  records: readonly TextRecord[],
  {
    header,
    groups,
    firstRow,
    isTold = false,
  }: { header: number; groups: number | null; firstRow: number; isTold?: boolean },
  body: BodyKinds,
  width: number,
): Pick<TopLines, 'firstRow' | 'others'> {
  const others: TopLines['others'] = new Map();
  const isSure = isSureOf(body, records.length - firstRow);
  let row = header + 1;
  for (; row < firstRow; row++) {
    const kind = kindOf(records[row] as TextRecord, body, width);
    // pandas writes the index's name on a line of its own below two lines of names.
    const isIndexName = groups !== null && row === header + 1 && kind === 'title';
    // Where the names are told, words below them in every column of numbers are none of the rows either.
    const isLabels = isTold && isSure && kind === 'names';
    if (kind !== 'units' && !isIndexName && !isLabels) break;
    others.set(row, 'units');
  }
  return { firstRow: row, others };
}

type TopKind = 'units' | 'title' | 'mixed' | 'names' | 'gaps' | 'empty';

function kindOf(record: TextRecord, body: BodyKinds, width: number): TopKind {
  const { unlike, alike } = contrastOf(record, body);
  if (alike === 0 && unlike > 0 && isUnits(record, unlike > 1 && body.sure.length > 1)) return 'units';
  if (filledFields(record) === 1 && width > 1) return 'title';
  if (alike > 0) return 'mixed';
  if (unlike === 0) return 'empty';
  // A line with a number or a date of its own, or a word in place of a number, is a row.
  if (!record.fields.every((cell) => ['text', 'missing'].includes(cellKind(cell)))) return 'mixed';
  // Every column of numbers has a name; the first, an index, may have none.
  const mayLack = body.typed[0] === 0 && record.fields[0]?.trim() === '' ? 1 : 0;
  return isNames(record, width) && unlike >= body.typed.length - mayLack ? 'names' : 'gaps';
}

const areUnique = (names: readonly string[]) => new Set(names).size === names.length;

/** Names below groups that reach to the next one, as in merged cells: `speed min`, `speed max`. */
export function groupedNames(groups: TextRecord, names: TextRecord, width: number): string[] {
  let group = '';
  return Array.from({ length: width }, (_, column) => {
    group = groups.fields[column]?.trim() || group;
    return [group, names.fields[column]?.trim() ?? ''].filter((part) => part !== '').join(' ');
  });
}
