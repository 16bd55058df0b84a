import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** The same numbers every time [Park and Miller 1988]. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

export interface WantedTable {
  path: string;
  rows: number;
  columns: number;
  seed?: number;
}

/** Writes a CSV of numbers from -5 to 5 with four decimals: the same every time. */
export async function makeTable({ path, rows, columns, seed = 0 }: WantedTable): Promise<void> {
  const random = randomNumbers(20_261_121 + seed);
  const out = createWriteStream(path, { highWaterMark: 1 << 20 });
  out.write(`${Array.from({ length: columns }, (_, index) => `x${index}`).join(',')}\n`);
  let block = '';
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      block += `${column === 0 ? '' : ','}${(random() * 10 - 5).toFixed(4)}`;
    }
    block += '\n';
    if (block.length < 1 << 20) continue;
    if (!out.write(block)) await once(out, 'drain');
    block = '';
  }
  out.end(block);
  await finished(out);
}
