import { fileReferenceSchema, sha256Schema } from '@meshdeck/shared';
import * as z from 'zod';

const count = z.number().int().nonnegative();

/**
 * Some rows of a table as a table of their own: the file's first `headerBytes`, then its bytes from `start` to `end`.
 * It is never written out: `openShard` reads it from the table's file.
 */
export const shardSchema = z.object({
  /** The shard as a file. */
  file: fileReferenceSchema,
  /** The table it is cut from. */
  table: sha256Schema,
  headerBytes: count,
  start: count,
  /** Behind the last byte. */
  end: count,
  firstRow: count,
  rows: count,
  /** With the empty ones among them that stay in a result; left out where there are none. */
  records: count.optional(),
  headerLines: count,
  /** Lines of the table before the shard's first row. */
  linesBefore: count,
});
export type Shard = z.infer<typeof shardSchema>;

/** `lines 3 to 5`, `lines 3, 4 and 9`, but not the 12 of `lines 3, 4 and 12 more`. */
const manyLines = /\blines \d+(?:(?:, | to | and | or |-|–)\d+(?!\d| more| other))*/gi;

/** What a message quotes is the table's own text, whatever it says of lines. */
const quoted = /("(?:[^"\\]|\\.)*")/;

/**
 * A sentence about a shard with the table's line numbers in place of the shard's own, wherever it names them: `Line 3
 * has...` -> `Line 500003 has...`, `in line 7`, `lines 3 to 5`, `lines 3, 4 and 9`.
 */
export function inTableLines(sentence: string, shard: Shard): string {
  const inTable = (digits: string): string => {
    const line = Number(digits);
    return line > shard.headerLines ? String(line - shard.headerLines + shard.linesBefore) : digits;
  };
  const translate = (text: string): string =>
    text
      .replace(/\bline \d+\b/gi, (found) => found.replace(/\d+/, inTable))
      .replace(manyLines, (found) => found.replace(/\d+/g, inTable));
  return sentence
    .split(quoted)
    .map((part, at) => (at % 2 === 0 ? translate(part) : part))
    .join('');
}

/** Rows that a shard's result must have. */
export const resultRows = ({ rows, records }: Pick<Shard, 'rows' | 'records'>): number => records ?? rows;
