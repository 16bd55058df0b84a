import { describe, expect, it } from 'vitest';
import { createPaint, rendered } from './paint.js';
import { formatTable, wrapText, type Column } from './table.js';

interface Row {
  name: string;
  count: number;
  remark: string;
}

const columns: Column<Row>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'COUNT', align: 'right', cell: ({ count }) => String(count) },
  { title: 'REMARK', wraps: true, cell: ({ remark }) => remark },
];
const rows: Row[] = [
  { name: 'bench-7', count: 1234, remark: 'its memory is short by half a gigabyte today' },
  { name: 'é', count: 5, remark: '' },
];

describe('table', () => {
  it('aligns columns under their headings, numbers to the right', () => {
    expect(formatTable({ columns, rows, paint: createPaint(false) }).split('\n')).toEqual([
      'NAME     COUNT  REMARK',
      'bench-7   1234  its memory is short by half a gigabyte today',
      'é            5',
    ]);
  });

  it('counts columns of the terminal: wide letters, marks above them, joined emoji', () => {
    const names = ['温室一号', 'e\u0301tage', '👩‍🔬 lab'];
    const lines = formatTable({
      columns: [
        { title: 'NAME', cell: (name: string) => name },
        { title: 'NEXT', cell: () => 'x' },
      ],
      rows: names,
      paint: createPaint(false),
    }).split('\n');
    // East Asian wide letters and emoji take two columns, a combining accent none [UAX #11, UTS #51].
    const columnsOf = { 温室一号: 8, 'e\u0301tage': 5, '👩‍🔬 lab': 6 } as Record<string, number>;
    expect(lines.slice(1)).toEqual(names.map((name) => `${name}${' '.repeat(10 - (columnsOf[name] ?? 0))}x`));
    expect(wrapText('温室一号温室', 5)).toEqual(['温室', '一号', '温室']);
  });

  it('wraps the column that may where the terminal is narrow, and fits', () => {
    const lines = formatTable({ columns, rows, paint: createPaint(false), width: 40 }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(lines.join(' ').replace(/\s+/g, ' ')).toContain('its memory is short by half a gigabyte today');
  });

  it('adds no width with colours', () => {
    const plain = formatTable({ columns, rows, paint: createPaint(false) });
    const painted = formatTable({
      columns: columns.map((column) => ({ ...column, paint: createPaint(true).red })),
      rows,
      paint: createPaint(true),
    });
    const bare = rendered(painted)
      .replaceAll(new RegExp(String.raw`\u001B\[\d+m`, 'g'), '')
      .replaceAll(/ +$/gm, '');
    expect(painted).not.toBe(plain);
    expect(bare).toBe(plain);
  });

  it('cuts a word that is longer than a line', () => {
    expect(wrapText('abcdefghij kl', 4)).toEqual(['abcd', 'efgh', 'ij', 'kl']);
  });
});
