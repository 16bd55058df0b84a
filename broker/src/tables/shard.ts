import { fileReferenceSchema, sha256Schema, type Failure } from '@meshdeck/shared';
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
  headerLines: count,
  /** Lines of the table before the shard's first row. */
  linesBefore: count,
});
export type Shard = z.infer<typeof shardSchema>;

/** The shard's failure with the table's line numbers in place of its own: `Line 3 has...` -> `Line 500003 has...`. */
export function inTableLines(failure: Failure, shard: Shard): Failure {
  const message = failure.message.replace(/\bLine (\d+)\b/, (text, digits: string) => {
    const line = Number(digits);
    return line > shard.headerLines ? `Line ${line - shard.headerLines + shard.linesBefore}` : text;
  });
  return { ...failure, message };
}
