import { refused } from './refusal.js';

/** Text that no reader takes for anything else than one field, whatever it looks for. */
const isPlain = /^[\p{L}\p{N}_.:+/%()-]+$/u;

/** A text as a field: in quotes wherever something in it could be taken for the table's form. */
export const csvText = (text: string): string =>
  text === '' || (isPlain.test(text) && !text.startsWith('sep')) ? text : `"${text.replaceAll('"', '""')}"`;

/** Of one line, as the reader of tables takes it. */
const longestLine = 8 * 1024 * 1024;
const pieceLength = 64 * 1024;

export interface CsvWriter {
  /** Fields as they are to stand in the line. */
  row(fields: readonly string[]): void;
  blankLine(): void;
  /** To be awaited now and then: a promise where enough is waiting to be taken, undefined where more may come first. */
  drain(): Promise<void> | undefined;
  end(): Promise<void>;
}

/** UTF-8, commas, LF. A row whose one field is missing is `""`: a blank line would be no row. */
export function createCsvWriter(write: (text: string) => Promise<void>): CsvWriter {
  let piece = '';
  const flush = (): Promise<void> => {
    const text = piece;
    piece = '';
    return write(text);
  };
  return {
    row(fields) {
      const line = fields.length === 1 && fields[0] === '' ? '""' : fields.join(',');
      if (line.length > longestLine)
        throw refused('A row is longer than 8 MB, the most that a table may have.');
      piece += `${line}\n`;
    },
    blankLine: () => void (piece += '\n'),
    drain: () => (piece.length < pieceLength ? undefined : flush()),
    end: flush,
  };
}
