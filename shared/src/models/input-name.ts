import { fileNameSchema } from '../ids.js';

/** Of files that a job gets besides its table. */
export const mostInputs = 100;

/** What one folder of every usual file system holds as one name, in bytes. */
const mostNameBytes = 255;

export const isInputName = (name: string): boolean =>
  !/[/\\\0]/.test(name) &&
  name !== '.' &&
  name !== '..' &&
  new TextEncoder().encode(name).length <= mostNameBytes;

/** A name in the folder that a job finds its files in: it stays as it is, with its spaces and letters. */
export const inputNameSchema = fileNameSchema.refine(
  isInputName,
  'must be the name of one file: no "/" or "\\", not "..", at most 255 bytes',
);

/** The same for names that some file system takes for one: by case, or by how their accents are put together. */
export const inputKey = (name: string): string => name.normalize('NFC').toUpperCase().toLowerCase();

/** Two names that are one on some machine, or undefined. */
export function sameInputNames(names: readonly string[]): [string, string] | undefined {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(inputKey(name));
    if (other !== undefined) return [other, name];
    seen.set(inputKey(name), name);
  }
  return undefined;
}
