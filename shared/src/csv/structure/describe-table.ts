import type { DecimalSign, SkippedLines, TableReading } from '../../models/reading.js';
import type { TableForm } from '../form.js';
import { delimiterName } from './ambiguities.js';
import { rowNotes, type RowsSeen } from './row-notes.js';

const mostColumns = 10_000;
const mostCharacters = 200;
const mostNotes = 50;

const encodingNames = new Map([
  ['utf-8', 'UTF-8'],
  ['utf-16le', 'UTF-16 (LE)'],
  ['utf-16be', 'UTF-16 (BE)'],
  ['windows-1252', 'Windows-1252'],
]);

/** How a table was read, for people: its form, its columns, a sentence for whatever was not taken as it stands. */
export function describeTable(
  form: TableForm,
  columns: readonly string[],
  options: {
    seen?: RowsSeen;
    numbers?: { decimal: DecimalSign | null; thousands: string | null };
  } = {},
): TableReading {
  const { encoding, delimiter, headerLine, firstRowLine, skipped } = form;
  const notes = [
    ...textNotes(form),
    ...skipped.map(skippedNote),
    ...(form.keptTotals ?? []).map(keptTotalNote),
    ...columnNotes(form, columns),
    ...rowNotes(options.seen ?? { blankRows: 0, repeatedHeaders: 0 }),
  ];
  return {
    encoding,
    delimiter,
    decimal: options.numbers?.decimal ?? null,
    thousands: options.numbers?.thousands ?? null,
    headerLine,
    firstRowLine,
    columns: columns.slice(0, mostColumns).map((name) => name.slice(0, mostCharacters)),
    skipped,
    notes: notes.slice(0, mostNotes).map((note) => note.slice(0, 500)),
  };
}

function textNotes({ encoding, lineEnding, delimiter }: TableForm): string[] {
  const notes: string[] = [];
  if (encoding !== 'utf-8') {
    notes.push(`The file is ${encodingNames.get(encoding) ?? encoding} text; the result is UTF-8.`);
  }
  if (lineEnding === '\r')
    notes.push("Lines end with a carriage return alone; the result's end with a line feed.");
  if (delimiter === '|' || delimiter === ' ')
    notes.push(`The columns are parted by ${delimiterName(delimiter)}.`);
  return notes;
}

const reasons: Record<SkippedLines['what'], string> = {
  separator: 'names the delimiter',
  comment: 'holds a comment',
  preamble: 'stands above the table',
  header: 'stands above or below the column names',
  units: 'holds units or the like',
  blank: 'is empty',
  total: 'adds up other rows',
  note: 'stands below the table',
};
const plural: Record<SkippedLines['what'], string> = {
  separator: 'name the delimiter',
  comment: 'hold comments',
  preamble: 'stand above the table',
  header: 'stand above or below the column names',
  units: 'hold units or the like',
  blank: 'are empty',
  total: 'add up other rows',
  note: 'stand below the table',
};

function skippedNote({ line, lines, what, text }: SkippedLines): string {
  const quoted =
    text === '' ? '' : ` (${JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text)})`;
  if (line === null) {
    return lines === 1
      ? `A line at the table's end${quoted} ${reasons[what]} and was left out.`
      : `${lines} lines at the table's end${quoted} ${plural[what]} and were left out.`;
  }
  return lines === 1
    ? `Line ${line}${quoted} ${reasons[what]} and was left out.`
    : `Lines ${line} to ${line + lines - 1}${quoted} ${plural[what]} and were left out.`;
}

const keptTotalNote = ({ line, text }: { line: number; text: string }): string =>
  `Line ${line} begins with ${JSON.stringify(text)} and is read as a row like the others. If it adds them up, take it out.`;

function columnNotes(
  { headerLine, groupsLine, trailing, rowLabels }: TableForm,
  columns: readonly string[],
): string[] {
  const notes: string[] = [];
  if (headerLine === null) {
    notes.push(`The table has no column names, so they are counted: ${columns[0]} to ${columns.at(-1)}.`);
  }
  if (groupsLine !== null)
    notes.push(`The names are put together from lines ${groupsLine} and ${headerLine}.`);
  if (rowLabels) notes.push("The header is one name short: the first column, the rows' own names, has none.");
  if (trailing > 0)
    notes.push(
      trailing === 1
        ? 'Rows end in an empty field, which is no column.'
        : `Rows end in ${trailing} empty fields, which are no columns.`,
    );
  const unnamed = columns.flatMap((name, column) => (name.trim() === '' && !rowLabels ? [column + 1] : []));
  if (unnamed.length > 0) {
    notes.push(
      unnamed.length === 1
        ? `Column ${unnamed[0]} has no name; #${unnamed[0]} stands for it.`
        : `${unnamed.length} columns have no name; the first is column ${unnamed[0]}, and #${unnamed[0]} stands for it.`,
    );
  }
  return [...notes, ...duplicateNotes(columns)];
}

function duplicateNotes(columns: readonly string[]): string[] {
  const places = new Map<string, number[]>();
  columns.forEach((name, column) => {
    if (name.trim() !== '') places.set(name, [...(places.get(name) ?? []), column + 1]);
  });
  return [...places]
    .filter(([, at]) => at.length > 1)
    .slice(0, 5)
    .map(([name, at]) => {
      const shown = at
        .slice(0, 5)
        .map((column) => `#${column}`)
        .join(', ');
      return `${at.length} columns are named ${JSON.stringify(name.slice(0, 60))}; ${shown} stand for them.`;
    });
}
