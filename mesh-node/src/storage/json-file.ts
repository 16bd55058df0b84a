import { readFile } from 'node:fs/promises';
import type * as z from 'zod';
import { writeFileAtomically } from './write-file.js';

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** The file's content, or undefined where there is none. Throws where it is not what the schema says. */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return schema.parse(JSON.parse(text));
}

/** Writes `value` as JSON, whole or not at all. */
export function writeJsonFile(path: string, value: unknown): Promise<void> {
  return writeFileAtomically(path, `${JSON.stringify(value)}\n`);
}
