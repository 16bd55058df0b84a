import type { PartialReading, Preview } from './models/reading.js';
import { columnName } from './reading-words.js';

export interface PreviewColumn {
  name: string;
  /** Its place in a row of the preview. */
  at: number;
  isResult: boolean;
}

const mostPredicted = 6;
const mostOthers = 6;

/** A number of a result as people compare it; whoever wants every digit has the cell's own text. */
export function roundedNumber(text: string): string {
  if (!/^-?\d*\.?\d+(e[+-]?\d+)?$/i.test(text) || text.replace(/e.*|\D/gi, '').length <= 6) return text;
  const value = Number(text);
  if (Number.isInteger(value)) return text;
  if (Math.abs(value) >= 1000 && Math.abs(value) < 1e12) return value.toFixed(1).replace(/\.0$/, '');
  const short = value.toPrecision(4);
  return short.includes('e') ? short.replace(/\.?0+e/, 'e') : short.replace(/\.?0+$/, '');
}

/**
 * Which columns of a preview are shown: what was predicted first, then some of the table. What is predicted stands
 * behind the table's own columns, which may bear any name. Of pictures, the name of the file stands first.
 */
export function previewColumns(
  { columns }: Pick<Preview, 'columns'>,
  { outputs, pictures }: Pick<PartialReading, 'outputs' | 'pictures'>,
): PreviewColumn[] {
  const named = new Set(outputs.flatMap((output) => output.columns));
  let firstResult = columns.length;
  while (firstResult > 0 && named.has(columns[firstResult - 1] ?? '')) firstResult -= 1;
  const all = columns.map((_, at) => ({ name: columnName(columns, at), at, isResult: at >= firstResult }));
  const results = all.filter(({ isResult }) => isResult).slice(0, mostPredicted);
  const others = all.filter(({ isResult }) => !isResult).slice(0, mostOthers);
  return pictures === undefined ? [...results, ...others] : [...others, ...results];
}
