import {
  tableDelimiters,
  tableEncodings,
  type DecimalSign,
  type TableDelimiter,
  type TableEncoding,
} from '@meshdeck/shared';
import { InvalidArgumentError } from 'commander';

const delimiterNames: Readonly<Record<string, TableDelimiter>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
  '\\t': '\t',
  pipe: '|',
  space: ' ',
};

/** A delimiter as it is, or by its name. */
export function parseDelimiter(text: string): TableDelimiter {
  const named = delimiterNames[text.toLowerCase()] ?? text;
  const found = tableDelimiters.find((delimiter) => delimiter === named);
  if (found !== undefined) return found;
  throw new InvalidArgumentError('Give comma, semicolon, tab, pipe or space, or the character itself.');
}

const decimalNames: Readonly<Record<string, DecimalSign>> = { point: '.', comma: ',', '.': '.', ',': ',' };

export function parseDecimal(text: string): DecimalSign {
  const found = decimalNames[text.toLowerCase()];
  if (found !== undefined) return found;
  throw new InvalidArgumentError('Give . or , (or point or comma).');
}

/** `none`, or a line number from 1 up. */
export function parseHeader(text: string): 'none' | number {
  if (text.toLowerCase() === 'none') return 'none';
  const line = Number(text);
  if (/^\d{1,7}$/.test(text) && line >= 1 && line <= 1_000_000) return line;
  throw new InvalidArgumentError('Give none, or the line of the file with the column names, from 1 up.');
}

/** `none`, or a line number from 2 up. */
export function parseFooter(text: string): 'none' | number {
  if (text.toLowerCase() === 'none') return 'none';
  const line = Number(text);
  if (/^\d{1,12}$/.test(text) && line >= 2) return line;
  throw new InvalidArgumentError('Give none, or the first line of the file below the rows, from 2 up.');
}

/** Names that people write for encodings, letters and digits only. */
const encodingNames: Readonly<Record<string, TableEncoding>> = {
  utf8: 'utf-8',
  utf16: 'utf-16le',
  utf16le: 'utf-16le',
  utf16be: 'utf-16be',
  ansi: 'windows-1252',
  cp1250: 'windows-1250',
  cp1251: 'windows-1251',
  cp1252: 'windows-1252',
  cp1253: 'windows-1253',
  cp1254: 'windows-1254',
  cp1257: 'windows-1257',
  latin1: 'iso-8859-1',
  latin2: 'iso-8859-2',
  latin9: 'iso-8859-15',
  macroman: 'macintosh',
  sjis: 'shift_jis',
  gbk: 'gb18030',
  gb2312: 'gb18030',
};

const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');

export function parseEncoding(text: string): TableEncoding {
  const found =
    encodingNames[plain(text)] ?? tableEncodings.find((encoding) => plain(encoding) === plain(text));
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`Give one of ${tableEncodings.join(', ')}.`);
}

export function parsePercent(text: string): 'number' | 'fraction' {
  if (text === 'number' || text === 'fraction') return text;
  throw new InvalidArgumentError('Give number (12% is 12) or fraction (12% is 0.12).');
}

/** `--map x=a --map x=b`: the columns of an input, in the order in which they are given. */
export function collectMap(
  text: string,
  earlier: Record<string, string[]> | undefined,
): Record<string, string[]> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) {
    throw new InvalidArgumentError('Give it as INPUT=COLUMN, such as --map age=Alter.');
  }
  const [input, column] = [text.slice(0, at), text.slice(at + 1)];
  return { ...earlier, [input]: [...(earlier?.[input] ?? []), column] };
}

/** For options that may be given again. */
export function collectNames(text: string, earlier: string[] | undefined): string[] {
  if (text === '') throw new InvalidArgumentError('Give the name of a column.');
  return [...(earlier ?? []), text];
}

/** `raw`, `class`, or the name of one of the model's outputs. */
export function parseOutput(text: string): string {
  if (text === '')
    throw new InvalidArgumentError("Give raw, class, or the name of one of the model's outputs.");
  if (!/\.(csv|tsv|txt)$/i.test(text)) return text;
  throw new InvalidArgumentError(
    `--output chooses one of the model's outputs. The file for the predictions is given with --out ${text}.`,
  );
}
