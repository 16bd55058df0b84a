import { readFile } from 'node:fs/promises';
import type * as z from 'zod';

/** The lines of a file of JSON lines; none where there is no such file. */
export async function readLines<T>(file: string, schema: z.ZodType<T>): Promise<T[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      return [schema.parse(JSON.parse(line))];
    } catch {
      // A torn last line is what a kill in mid-write leaves.
      return [];
    }
  });
}
