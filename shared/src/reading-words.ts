/** A reading in words; one place, so that UI and CLI say the same. */
import { formatNumber } from './format.js';
import type {
  InputReading,
  PartialReading,
  ReadingOptions,
  SkippedLines,
  TableDelimiter,
  TableEncoding,
  TableReading,
} from './models/reading.js';
import { pictureOptionsText } from './picture-words.js';
import { warningsOfValues } from './value-warnings.js';

export const encodingWords: Readonly<Record<TableEncoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'windows-1252': 'Windows-1252 (Western)',
  'iso-8859-1': 'ISO 8859-1 (Latin 1)',
  'iso-8859-2': 'ISO 8859-2 (Latin 2)',
  'iso-8859-5': 'ISO 8859-5 (Cyrillic)',
  'iso-8859-7': 'ISO 8859-7 (Greek)',
  'iso-8859-9': 'ISO 8859-9 (Turkish)',
  'iso-8859-15': 'ISO 8859-15 (Latin 9)',
  'windows-1250': 'Windows-1250 (Central European)',
  'windows-1251': 'Windows-1251 (Cyrillic)',
  'windows-1253': 'Windows-1253 (Greek)',
  'windows-1254': 'Windows-1254 (Turkish)',
  'windows-1257': 'Windows-1257 (Baltic)',
  'koi8-r': 'KOI8-R (Cyrillic)',
  macintosh: 'Mac Roman',
  shift_jis: 'Shift JIS (Japanese)',
  'euc-jp': 'EUC-JP (Japanese)',
  'euc-kr': 'EUC-KR (Korean)',
  gb18030: 'GB 18030 (Chinese)',
  big5: 'Big5 (Chinese)',
};

export const delimiterWords: Readonly<Record<TableDelimiter, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'pipe',
  ' ': 'space',
};

export const decimalWords = { '.': 'decimal point', ',': 'decimal comma' } as const;

const thousandsWords: Readonly<Record<string, string>> = {
  ',': 'commas',
  '.': 'points',
  ' ': 'spaces',
  '\u00a0': 'hard spaces',
  '\u202f': 'narrow spaces',
  "'": 'apostrophes',
  '\u2019': 'apostrophes',
  _: 'underscores',
};

/** `UTF-8, between columns a semicolon, decimal comma, thousands by points, column names on line 3` */
export function tableWords(table: TableReading): string {
  const { thousands } = table;
  return [
    encodingWords[table.encoding],
    `${delimiterWords[table.delimiter]} between columns`,
    ...(table.decimal === null ? [] : [decimalWords[table.decimal]]),
    ...(thousands === null ? [] : [`thousands by ${thousandsWords[thousands] ?? `"${thousands}"`}`]),
    headerWords(table),
  ].join(', ');
}

export function headerWords({ headerLine, firstRowLine }: TableReading): string {
  const rows = `rows from line ${firstRowLine}`;
  return headerLine === null ? `no column names, ${rows}` : `column names on line ${headerLine}, ${rows}`;
}

export const skippedKindWords: Readonly<Record<SkippedLines['what'], string>> = {
  separator: 'names the delimiter',
  comment: 'comment',
  preamble: 'text above the table',
  header: 'a second line of names',
  units: 'units',
  blank: 'no values',
  total: 'a total',
  note: 'text below the table',
};

/** `line 1`, `lines 2 to 4`, `3 lines at the end` */
export function skippedPlace({ line, lines }: SkippedLines): string {
  if (line === null) return lines === 1 ? '1 line further down' : `${formatNumber(lines)} lines further down`;
  return lines === 1 ? `line ${line}` : `lines ${line} to ${line + lines - 1}`;
}

const howWords: Readonly<Record<InputReading['how'], string>> = {
  name: 'by name',
  metadata: 'by the names in the model',
  numbered: 'by number',
  order: 'by the order of the table',
  told: 'as told',
  unused: 'not needed for the result',
  open: 'no columns found for it',
};
export const matchWords = ({ how }: Pick<InputReading, 'how'>): string => howWords[how];

/** What a person should see beside the result: warnings, and what was noticed about cells. */
export function readingWarnings({ warnings, values, leftOut = {} }: PartialReading): string[] {
  const missing = (leftOut.warnings ?? 0) + (leftOut.values ?? 0);
  return [
    ...new Set([...warnings, ...warningsOfValues(values)]),
    ...(missing > 0 ? [`And ${formatNumber(missing)} more of that kind.`] : []),
  ];
}

/** What a column is called where it is spoken of: one without a name by its place, as `#1`. */
export function columnName(columns: readonly string[], at: number): string {
  const name = columns[at] ?? '';
  return name === '' ? `#${at + 1}` : name;
}

/** A list of names, cut: `a, b, c and 4,488 more`. */
export function namesWords(names: readonly string[], most: number, leftOut = 0): string {
  const shown = names.slice(0, most);
  const more = names.length - shown.length + leftOut;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${formatNumber(more)} more`;
}

/** What was told instead of found, each in a few words. */
export function toldWords(told: ReadingOptions): string[] {
  const { encoding, delimiter, decimal, header, footer, percent, map, aside, output, truth, pictures } = told;
  return [
    ...(encoding === undefined ? [] : [encodingWords[encoding]]),
    ...(delimiter === undefined ? [] : [`${delimiterWords[delimiter]} between columns`]),
    ...(decimal === undefined ? [] : [decimalWords[decimal]]),
    ...(header === undefined
      ? []
      : [header === 'none' ? 'no column names' : `column names on line ${header}`]),
    ...(footer === undefined
      ? []
      : [footer === 'none' ? 'rows to the last line' : `no rows from line ${footer} on`]),
    ...(percent === undefined ? [] : [percent === 'number' ? '12% is 12' : '12% is 0.12']),
    ...Object.entries(map ?? {}).map(([input, columns]) => `${input} from ${namesWords(columns, 4)}`),
    ...(aside === undefined || aside.length === 0 ? [] : [`aside: ${namesWords(aside, 8)}`]),
    ...(output === undefined ? [] : [outputWords(output)]),
    ...(truth === undefined ? [] : [`the truth is in ${truth}`]),
    ...(pictures === undefined ? [] : [`pictures: ${pictureOptionsText(pictures)}`]),
  ];
}

function outputWords(output: string): string {
  if (output === 'raw') return 'every value as the model gives it';
  return output === 'class' ? 'the largest value names the class' : `the prediction is ${output}`;
}
