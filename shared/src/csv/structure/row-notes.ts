/** What was seen while the rows were read. */
export interface RowsSeen {
  /** Rows of nothing but delimiters. */
  blankRows: number;
  /** Lines that repeat the header. */
  repeatedHeaders: number;
}

/** A sentence that begins with how many there are. */
interface CountedNote {
  one: string;
  /** Stands behind their number. */
  many: string;
}

const blankRows: CountedNote = {
  one: 'One row is empty: it stays in the result, without a prediction.',
  many: 'rows are empty: they stay in the result, without a prediction.',
};
const repeatedHeaders: CountedNote = {
  one: 'One line repeats the column names and was left out.',
  many: 'lines repeat the column names and were left out.',
};
const all = [blankRows, repeatedHeaders];

const say = ({ one, many }: CountedNote, count: number): string[] =>
  count === 0 ? [] : [count === 1 ? one : `${count} ${many}`];

function countIn({ one, many }: CountedNote, note: string): number {
  if (note === one) return 1;
  return note.endsWith(` ${many}`) ? Number.parseInt(note, 10) || 0 : 0;
}

/** Sentences on rows that are none like the others. */
export function rowNotes(seen: RowsSeen): string[] {
  return [...say(blankRows, seen.blankRows), ...say(repeatedHeaders, seen.repeatedHeaders)];
}

/** The notes of two parts of one table as those of both: what is counted is added up, all else is said once. */
export function mergeNotes(a: readonly string[], b: readonly string[]): string[] {
  const both = [...a, ...b];
  const isCounted = (note: string) => all.some((kind) => countIn(kind, note) > 0);
  const counted = all.flatMap((kind) =>
    say(
      kind,
      both.reduce((sum, note) => sum + countIn(kind, note), 0),
    ),
  );
  return [...new Set(both.filter((note) => !isCounted(note))), ...counted];
}
