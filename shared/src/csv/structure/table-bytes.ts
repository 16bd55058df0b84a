/** The bytes of a table that its form is found in. */
export interface TableBytes {
  /** The first ones: all of a small table; of a larger one at least the header and some rows. */
  head: Uint8Array;
  /** The last ones, behind `head`; none where `head` is all. */
  tail: Uint8Array;
  /** `head` is the whole file. */
  isWhole: boolean;
  /** The rows in it are all of the table's: a sum can be checked. */
  hasAllRows: boolean;
}

/** So much of a table's start and end is worth reading. */
export const headBytes = 256 * 1024;
export const tailBytes = 32 * 1024;

const newline = 0x0a;
const carriageReturn = 0x0d;
const enoughLines = 4;

/** Whether a table's first bytes hold enough lines to find its form; else more of them should be read. */
export function hasEnoughLines(head: Uint8Array): boolean {
  return [newline, carriageReturn].some((end) => {
    let lines = 0;
    for (let at = head.indexOf(end); at >= 0 && lines < enoughLines; at = head.indexOf(end, at + 1)) lines++;
    return lines >= enoughLines;
  });
}
