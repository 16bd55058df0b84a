import { readRecord, type TextRecord } from '../read-fields.js';

/** As much of a table's start as its structure is found in. */
const mostRecords = 120;
const mostCharacters = 64 * 1024;
/** Records that are worth looking further than that. */
const fewestRecords = 6;
/** So many that have as many fields, several, show what those behind them look like. */
const alikeRecords = 24;

export interface BlankLine {
  line: number;
  /** It has no sign at all. */
  isEmpty: boolean;
}

/** The first records of a table, as one delimiter parts them; lines without anything but blanks left out. */
export interface Sample {
  delimiter: string;
  records: TextRecord[];
  /** Lines of nothing but blanks and delimiters, and those between records. */
  blankLines: BlankLine[];
  /** They are all of the table. */
  isWhole: boolean;
}

/**
 * `isWhole`: the text is all of the table; else its last record may be cut, and is left out. `from`: where the table
 * begins, behind a line that only names the delimiter.
 */
export function sampleTable(
  text: string,
  delimiter: string,
  isWhole: boolean,
  from: { at: number; line: number } = { at: 0, line: 1 },
): Sample {
  const records: TextRecord[] = [];
  const blankLines: BlankLine[] = [];
  let { at, line } = from;
  let alike = 0;
  while (at < text.length && alike < alikeRecords && !isEnough(records.length, at)) {
    const record = readRecord(text, at, line, delimiter);
    if (!isWhole && record.next === text.length && text[record.next - 1] !== '\n') break;
    if (!isWhole && record.isBroken && record.next === text.length) break;
    if (record.isBlank && !isLoneQuoted(text, record)) {
      blankLines.push({ line, isEmpty: record.end === record.start });
    } else {
      const width = record.fields.length;
      alike = width > 1 && width === records.at(-1)?.fields.length ? alike + 1 : 0;
      records.push(record);
    }
    line += record.lines;
    at = record.next;
  }
  return { delimiter, records, blankLines, isWhole: isWhole && at >= text.length };
}

const isEnough = (records: number, characters: number) =>
  records >= mostRecords || (records >= fewestRecords && characters >= mostCharacters);

/** `""` alone on a line: one empty value, written so that its line is not taken for an empty one. */
const isLoneQuoted = (text: string, { fields, start, end }: TextRecord) =>
  fields.length === 1 && text.slice(start, end).trimStart().startsWith('"');
