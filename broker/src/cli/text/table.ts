import { cleanLine } from '@meshdeck/shared';
import widthOf from 'string-width';
import type { Paint } from './paint.js';

export interface Column<Row> {
  title: string;
  cell: (row: Row) => string;
  align?: 'left' | 'right';
  /** May be wrapped onto more lines where the terminal is narrow. */
  wraps?: boolean;
  paint?: (text: string, row: Row) => string;
}

const gap = '  ';
const narrowest = 12;
const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Pieces of at most `width` columns; a letter that is wider stands alone. */
function cutWord(word: string, width: number): string[] {
  if (widthOf(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of letters.segment(word)) {
    if (piece !== '' && widthOf(piece + segment) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}

/** Words onto lines of at most `width` columns of a terminal; a longer word is cut. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((long) => cutWord(long, width))) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (widthOf(joined) <= width) line = joined;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function columnWidths<Row>(columns: readonly Column<Row>[], cells: string[][], available: number): number[] {
  const widths = columns.map((column, index) =>
    Math.max(widthOf(column.title), ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  const total = () => widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1));
  while (total() > available) {
    const shrinkable = columns
      .map((column, index) => ({ index, width: widths[index] ?? 0, wraps: column.wraps === true }))
      .filter(({ width, wraps }) => wraps && width > narrowest)
      .sort((a, b) => b.width - a.width);
    const widest = shrinkable[0];
    if (widest === undefined) break;
    widths[widest.index] = Math.max(narrowest, widest.width - (total() - available));
  }
  return widths;
}

/** An aligned text table under headings, a line a heading and a cell; `width` is the terminal's, left out where nobody looks. */
export function formatTable<Row>({
  columns: wanted,
  rows,
  paint,
  width = Number.POSITIVE_INFINITY,
}: {
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  paint: Paint;
  width?: number | undefined;
}): string {
  const columns = wanted.map((column) => ({ ...column, title: cleanLine(column.title) }));
  const cells = rows.map((row) => columns.map((column) => cleanLine(column.cell(row))));
  const widths = columnWidths(columns, cells, width);
  const pad = (text: string, index: number): string => {
    const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text)));
    if (columns[index]?.align === 'right') return space + text;
    return index === columns.length - 1 ? text : text + space;
  };
  const lines = [
    columns
      .map((column, index) => paint.bold(pad(column.title, index)))
      .join(gap)
      .trimEnd(),
  ];
  for (const [rowIndex, row] of rows.entries()) {
    const wrapped = (cells[rowIndex] ?? []).map((text, index) =>
      columns[index]?.wraps === true ? wrapText(text, widths[index] ?? narrowest) : [text],
    );
    const height = Math.max(...wrapped.map((part) => part.length));
    for (let line = 0; line < height; line += 1) {
      const parts = columns.map((column, index) => {
        const text = pad(wrapped[index]?.[line] ?? '', index);
        return column.paint === undefined ? text : column.paint(text, row);
      });
      lines.push(parts.join(gap).trimEnd());
    }
  }
  return lines.join('\n');
}

/** `Name   value` lines, one below the other; what a value has of further lines stands below it, never as a name. */
export function formatFacts(facts: readonly (readonly [string, string])[], paint: Paint): string {
  const width = Math.max(...facts.map(([name]) => widthOf(name)));
  const below = `\n${' '.repeat(width)}${gap}`;
  return facts
    .map(
      ([name, value]) =>
        `${paint.dim(name)}${' '.repeat(width - widthOf(name))}${gap}${value.replace(/\r?\n/g, below)}`,
    )
    .join('\n');
}
