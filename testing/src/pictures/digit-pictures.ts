import { digits, linesOf } from '../tables/samples.js';
import { pngOf } from './png.js';

/** The digits of the sample's table as PNGs: ink from 0 to 16 is gray from 0 to 255, in the table's order. */
export function digitPictures(most = Infinity): { name: string; data: Buffer }[] {
  const [, ...rows] = linesOf(digits.input);
  return rows.slice(0, most).map((line) => {
    const [id = '', ...cells] = line.split(',');
    const ink = cells.slice(0, 64).map(Number);
    const pixels = ink.map((value) => Math.round((value * 255) / 16));
    return { name: `digit-${id.padStart(4, '0')}.png`, data: pngOf(8, 8, pixels) };
  });
}
