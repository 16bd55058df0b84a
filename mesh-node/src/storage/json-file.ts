import { readFile } from 'node:fs/promises';
import { MeshdeckError } from '@meshdeck/shared';
import type * as z from 'zod';
import { writeFileAtomically } from '@meshdeck/shared/runtime';

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/**
 * The file's content, or undefined where there is none.
 * @throws MeshdeckError where it is not what the schema says: nothing is made up in its place
 */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new MeshdeckError(
      'internal',
      `The file ${path} is damaged. Restore it from a backup, or delete it: the agent then makes it anew, and asks to join again where that takes it.`,
      { cause },
    );
  }
}

/** Writes `value` as JSON, whole or not at all. */
export function writeJsonFile(path: string, value: unknown): Promise<void> {
  return writeFileAtomically(path, `${JSON.stringify(value)}\n`);
}
