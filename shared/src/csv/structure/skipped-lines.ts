import type { SkippedLines } from '../../models/reading.js';
import type { Footer } from './footer.js';
import type { Layout } from './layout.js';
import type { Sample } from './sample.js';

const mostEntries = 40;
const mostCharacters = 200;

type AboveRows = Pick<Layout, 'others' | 'header' | 'groups' | 'firstRow'>;

/** The lines above a table's first row that are neither names nor empty, those of one kind together. */
export function skippedAbove(
  text: string,
  { others, firstRow }: AboveRows,
  { blankLines }: Sample,
  hasSeparator: boolean,
): SkippedLines[] {
  const lines: SkippedLines[] = others.map(({ record, what }) => ({
    line: record.line,
    lines: record.lines,
    what,
    text: text.slice(record.start, record.end).trim().slice(0, mostCharacters),
  }));
  if (hasSeparator)
    lines.push({ line: 1, lines: 1, what: 'separator', text: text.slice(0, text.search(/[\r\n]|$/)) });
  lines.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const once = lines.filter(({ line }, at) => line !== lines[at - 1]?.line);
  const isBlank = new Set(
    blankLines.map(({ line }) => line).filter((line) => line < (firstRow?.line ?? Infinity)),
  );
  const joined: SkippedLines[] = [];
  for (const entry of once) {
    const last = joined.at(-1);
    if (last !== undefined && last.what === entry.what && isNext(last, entry, isBlank)) {
      last.lines = (entry.line ?? 0) + entry.lines - (last.line ?? 0);
    } else joined.push({ ...entry });
  }
  return joined.slice(0, mostEntries);
}

/** Only empty lines stand between the two. */
function isNext(before: SkippedLines, entry: SkippedLines, isBlank: ReadonlySet<number>): boolean {
  for (let line = (before.line ?? 0) + before.lines; line < (entry.line ?? 0); line++) {
    if (!isBlank.has(line)) return false;
  }
  return true;
}

/** The lines below a table's rows; null for their numbers where nobody has counted that far. */
export function skippedBelow({ parts }: Footer, allLines: number | null): SkippedLines[] {
  return parts.map(({ fromEnd, lines, what, text }) => ({
    line: allLines === null ? null : allLines - fromEnd,
    lines,
    what,
    text: text.slice(0, mostCharacters),
  }));
}
