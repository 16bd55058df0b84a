import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const name = 'range.json';
const rangeSchema = z.object({ first: z.number().int(), last: z.number().int() });

/** Which numbers a journal's files have: so a file that somebody moved away, or a disk lost, is missed. */
export interface SegmentRange {
  /** Numbers that should be there beside `found`, in order. */
  missing(found: readonly number[]): number[];
  /** Of what there is from now on. Before a file goes, and after one came. */
  save(numbers: Iterable<number>): Promise<void>;
}

/** Reads the range noted in `dir`; journals of earlier versions have none, and of them only gaps are seen. */
export async function openSegmentRange(dir: string): Promise<SegmentRange> {
  const path = join(dir, name);
  const noted = await readFile(path, 'utf8').then(
    (text) => {
      try {
        return rangeSchema.parse(JSON.parse(text));
      } catch {
        return null;
      }
    },
    () => null,
  );
  return {
    missing(found) {
      const here = new Set(found);
      const first = Math.min(noted?.first ?? Infinity, ...found);
      const last = Math.max(noted?.last ?? 0, ...found);
      const missing: number[] = [];
      for (let number = first; number <= last && missing.length < 1_000; number += 1) {
        if (!here.has(number)) missing.push(number);
      }
      return missing;
    },
    async save(numbers) {
      const all = [...numbers];
      const range = { first: Math.min(...all), last: Math.max(...all) };
      await writeFile(`${path}.new`, JSON.stringify(range), { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
  };
}
