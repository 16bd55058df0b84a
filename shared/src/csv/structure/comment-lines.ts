import { bodyKinds, contrastOf } from './body-kinds.js';
import type { TextRecord } from '../read-fields.js';
import { recordWidths } from './record-widths.js';

/** A table's records without the comments above them. */
export interface Uncommented {
  comments: readonly TextRecord[];
  /** The last line that begins with `#`, where the names stand in it. */
  header: TextRecord | null;
  records: readonly TextRecord[];
}

/**
 * Lines that begin with `#` are comments, but for the last one where it holds the names, as numpy's savetxt and many
 * instruments write them.
 */
export function withoutComments(text: string, all: readonly TextRecord[]): Uncommented {
  const startsLike = (record: TextRecord, pattern: RegExp) =>
    pattern.test(text.slice(record.start, record.start + 3));
  const first = all.findIndex((record) => !startsLike(record, /^"?#/));
  const [last, next] = [all[first - 1], all[first]];
  if (last === undefined || next === undefined) return { comments: [], header: null, records: all };
  const records = all.slice(first);
  let isHeader = false;
  if (last.fields.length === next.fields.length) {
    const body = bodyKinds(records, recordWidths(records).fields);
    const { alike, unlike } = contrastOf(next, body);
    // `#id,name` is a line of names, unless one stands right below it; `# made by hand, in May` may be none.
    const isTight = first === 1 && startsLike(last, /^"?#[^\s#]/);
    const areNames = alike === 0 && unlike > 0 && (!isTight || body.sure.length > 1);
    isHeader = body.typed.length > 0 ? !areNames : isTight;
  }
  return { comments: all.slice(0, isHeader ? first - 1 : first), header: isHeader ? last : null, records };
}
