import {
  cleanLine,
  columnName,
  formatDuration,
  formatNumber,
  matchWords,
  namesWords,
  previewColumns,
  readingWarnings,
  roundedNumber,
  skippedKindWords,
  skippedPlace,
  sourceWords,
  tableWords,
  toldWords,
  leftOutWords,
  pictureFactWords,
  pictureSourceWords,
  type AskedSource,
  type CheckView,
  type PartialReading,
  type PictureReading,
  type Preview,
  type TableReading,
} from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';
import { formatFacts, formatTable } from '../text/table.js';

type Fact = readonly [string, string];

const mostEntries = 12;
const mostNames = 8;
const mostRows = 8;

function tableFacts(table: TableReading): Fact[] {
  const { skipped, notes, columns, columnsLeftOut = 0 } = table;
  return [
    ['Table', tableWords(table)],
    [
      'Columns',
      `${formatNumber(columns.length + columnsLeftOut)}: ${namesWords(
        columns.map((_, at) => columnName(columns, at)),
        mostNames,
        columnsLeftOut,
      )}`,
    ],
    ...skipped
      .slice(0, mostEntries)
      .map((lines): Fact => [
        'No row',
        `${skippedPlace(lines)}, ${skippedKindWords[lines.what]}: ${lines.text}`,
      ]),
    ...notes.map((note): Fact => ['Note', note]),
  ];
}

function pictureReadingFacts(pictures: PictureReading): Fact[] {
  const leftOut = leftOutWords(pictures);
  return [
    ...pictures.facts.map(({ fact, words, from }): Fact => [
      pictureFactWords[fact],
      `${words} (${pictureSourceWords[from]})`,
    ]),
    ...pictures.notes.map((note): Fact => ['Note', note]),
    ...(leftOut === null ? [] : [['Note', leftOut] as const]),
  ];
}

function more(name: string, shown: number, all: number): Fact[] {
  return all > shown ? [[name, `and ${formatNumber(all - shown)} more`]] : [];
}

/** How table and model were read, a fact a line. */
export function readingFacts({
  table,
  pictures,
  inputs,
  aside,
  outputs,
  told,
  leftOut = {},
}: PartialReading): Fact[] {
  const said = toldWords(told);
  const asideCount = aside.length + (leftOut.aside ?? 0);
  const facts: Fact[] = [
    ...(table === undefined || pictures !== undefined ? [] : tableFacts(table)),
    ...(pictures === undefined ? [] : pictureReadingFacts(pictures)),
    ...inputs.slice(0, mostEntries).map((input): Fact => {
      const { columns, columnsLeftOut, note } = input;
      const from = columns.length === 0 ? 'nothing' : namesWords(columns, mostNames, columnsLeftOut);
      return [
        'Input',
        `${input.input} from ${from} (${matchWords(input)})${note === null ? '' : `; ${note}`}`,
      ];
    }),
    ...more('Input', mostEntries, inputs.length + (leftOut.inputs ?? 0)),
    ...aside.slice(0, mostEntries).map(({ column, why }): Fact => ['Aside', `${column}: ${why}`]),
    ...more('Aside', mostEntries, asideCount),
    ...outputs.slice(0, mostEntries).map(({ output, columns, columnsLeftOut, how }): Fact => {
      const into = columns.length === 0 ? '' : ` -> ${namesWords(columns, mostNames, columnsLeftOut)}`;
      return ['Output', `${output}${into}: ${how}`];
    }),
    ...more('Output', mostEntries, outputs.length + (leftOut.outputs ?? 0)),
    ...(said.length === 0 ? [] : [['Told', said.join('; ')] as const]),
  ];
  // Spreadsheets break lines in names and cells.
  return facts.map(([name, value]) => [name, cleanLine(value)]);
}

/** What a person should see beside the result, a line each. */
export const warningLines = (reading: PartialReading): string[] => readingWarnings(reading).map(cleanLine);

/** The first rows of the result: what was predicted first, then some of the table. */
function previewTable(preview: Preview, reading: PartialReading, { paint, width }: Terminal): string {
  const shown = previewColumns(preview, reading);
  const left = preview.columns.length + (preview.columnsLeftOut ?? 0) - shown.length;
  const table = formatTable({
    paint,
    width,
    rows: preview.rows.slice(0, mostRows),
    columns: shown.map(({ name, at, isResult }) => ({
      title: name,
      cell: (row: string[]) => (isResult ? roundedNumber(row[at] ?? '') : (row[at] ?? '')),
      wraps: true,
    })),
  });
  const more = `and ${formatNumber(left)} more ${left === 1 ? 'column' : 'columns'}`;
  return left > 0 ? `${table}\n${paint.dim(more)}` : table;
}

/** What a dry run was about. */
export interface Checked {
  app: string;
  table: string;
}

function headLine(
  { app, table }: Checked,
  { rows, complete, node, tookMs, failure, reading }: CheckView,
): string {
  const many = `${formatNumber(rows)} ${reading?.pictures === undefined ? 'rows' : 'pictures'}`;
  const looked = complete ? many : `the first ${many}`;
  if (node === null) {
    return failure === null
      ? `${app} on ${table}: the app gets the file as it is and reads it by itself`
      : `${app} on ${table}: refused`;
  }
  const how = failure === null ? looked : 'refused';
  return `${app} on ${table}: ${how}, looked at by ${node.name} in ${formatDuration(tookMs)}`;
}

/** What the table was made of, a fact a line. */
export function sourceFacts(source: AskedSource | undefined): Fact[] {
  if (source === undefined || (source.format === 'xlsx' && source.sheet === undefined)) return [];
  return [
    ['Made of', cleanLine(sourceWords(source))],
    ...source.notes.map((note): Fact => ['Note', cleanLine(note)]),
  ];
}

/** A dry run as a calm account, for people. */
export function checkText(checked: Checked, check: CheckView, terminal: Terminal): string {
  const { paint } = terminal;
  const { reading, preview, lines, source } = check;
  const warnings = reading === null ? [] : warningLines(reading);
  const facts = [...sourceFacts(source), ...(reading === null ? [] : readingFacts(reading))];
  const isUnread = reading?.table === undefined && lines.length > 0;
  return [
    paint.bold(cleanLine(headLine(checked, check))),
    ...(facts.length === 0 ? [] : [formatFacts(facts, paint)]),
    ...(warnings.length === 0 ? [] : [warnings.map((text) => paint.yellow(`! ${text}`)).join('\n')]),
    ...(isUnread ? [firstLinesText(lines, paint.dim)] : []),
    ...(preview === null || reading === null ? [] : [previewTable(preview, reading, terminal)]),
  ].join('\n\n');
}

const linesShown = 8;

function firstLinesText(lines: readonly string[], dim: (text: string) => string): string {
  const shown = lines
    .slice(0, linesShown)
    .map((line, at) => `${dim(String(at + 1).padStart(4))}  ${line.replaceAll('\n', ' ')}`);
  return ['Its first lines:', ...shown].join('\n');
}
