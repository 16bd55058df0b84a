import { formatPlain, formatRows, type Histogram } from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';

const widestBar = 40;
const widestName = 32;

/** Names with the rows they have, each with a bar as long as its share of the largest. */
export function barsText(
  bars: readonly { name: string; rows: number; remark: string }[],
  { paint, width }: Pick<Terminal, 'paint' | 'width'>,
): string {
  const names = bars.map(({ name }) =>
    [...name].length > widestName ? `${[...name].slice(0, widestName - 1).join('')}…` : name,
  );
  const counts = bars.map(({ rows, remark }) => `${formatRows(rows)}${remark === '' ? '' : `, ${remark}`}`);
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => [...text].length));
  const [nameWidth, countWidth] = [widest(names), widest(counts)];
  const room = Math.max(5, Math.min(widestBar, (width ?? Infinity) - nameWidth - countWidth - 4));
  const largest = Math.max(1, ...bars.map(({ rows }) => rows));
  return bars
    .map(({ rows }, at) => {
      const [name = '', count = ''] = [names[at], counts[at]];
      const length = rows === 0 ? 0 : Math.max(1, Math.round((rows / largest) * room));
      const pad = ' '.repeat(nameWidth - [...name].length);
      return `${name}${pad}  ${' '.repeat(countWidth - [...count].length)}${count}  ${paint.dim('█'.repeat(length))}`.trimEnd();
    })
    .join('\n');
}

/** Bars of a histogram; those beyond its ends as lines of their own. */
export function histogramText({ bars, below, above }: Histogram, terminal: Terminal): string {
  const [first, last] = [bars[0], bars.at(-1)];
  const shown = [
    ...(below > 0 && first !== undefined
      ? [{ name: `below ${formatPlain(first.from)}`, rows: below, remark: '' }]
      : []),
    ...bars.map(({ from, to, rows }) => ({
      name: `${formatPlain(from)} to ${formatPlain(to)}`,
      rows,
      remark: '',
    })),
    ...(above > 0 && last !== undefined
      ? [{ name: `above ${formatPlain(last.to)}`, rows: above, remark: '' }]
      : []),
  ];
  return barsText(shown, terminal);
}
