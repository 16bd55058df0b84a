import { createColumnEvidence, type ColumnEvidence } from './column-evidence.js';
import { withoutReturns } from './record-ends.js';
import { recordKind, type RowRules } from './row-rules.js';

const newline = 0x0a;
const quote = 0x22;
const blank = 0x20;
const tab = 0x09;

/** Gathers the evidence of a table's columns from its bytes. */
export interface EvidenceScan {
  /** Takes complete records, one behind another, in ASCII or a superset of it. */
  take(records: Uint8Array): void;
  masks: ColumnEvidence['masks'];
}

/**
 * Reads fields as the agent's reader does: quoted where a quote is the first sign but for blanks. What is malformed is
 * left to that reader to refuse.
 */
export function createEvidenceScan(rules: RowRules): EvidenceScan {
  const { delimiter, fields } = rules;
  const columns = createColumnEvidence(fields);
  const isBlank = (byte: number | undefined) => (byte === blank || byte === tab) && byte !== delimiter;

  /** Where the field that begins at `at` ends: at its delimiter, a line feed, or the end. */
  function field(bytes: Uint8Array, at: number, column: number): number {
    let first = at;
    while (isBlank(bytes[first])) first++;
    let end = first;
    if (bytes[first] === quote) {
      for (end = first + 1; end < bytes.length; end++) {
        if (bytes[end] !== quote) continue;
        if (bytes[end + 1] !== quote) break;
        end++;
      }
      if (column < fields) columns.see(column, bytes, first + 1, end);
      end++;
    }
    while (end < bytes.length && bytes[end] !== delimiter && bytes[end] !== newline) end++;
    if (bytes[first] !== quote && column < fields)
      columns.see(column, bytes, at, withoutReturns(bytes, at, end));
    return end;
  }

  return {
    take(bytes) {
      for (let at = 0; at < bytes.length;) {
        const next = skipped(bytes, at, rules);
        if (next > at) {
          at = next;
          continue;
        }
        for (let column = 0; ; column++) {
          at = field(bytes, at, column);
          if (at >= bytes.length || bytes[at] === newline) break;
          at++;
        }
        at++;
      }
    },
    masks: columns.masks,
  };
}

/** Behind the line at `at` where it is empty or the header again; else `at`. */
function skipped(bytes: Uint8Array, at: number, rules: RowRules): number {
  const first = bytes[at] as number;
  if (first > quote && first !== rules.delimiter && first !== rules.header?.[0]) return at;
  const feed = bytes.indexOf(newline, at);
  const end = feed < 0 ? bytes.length : feed;
  const last = withoutReturns(bytes, at, end);
  return last === at || recordKind(bytes, at, last, rules) !== 'row' ? end + 1 : at;
}
