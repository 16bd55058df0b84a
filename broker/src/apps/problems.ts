import { MeshdeckError, formatBytes } from '@meshdeck/shared';

/** An entry's name as it may be shown: strangers choose it, so it is shortened and its control characters go. */
export function shown(entry: string): string {
  const clean = entry.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
  return `"${clean.length > 120 ? `${clean.slice(0, 117)}...` : clean}"`;
}

export function unsafe(sentence: string): MeshdeckError {
  return new MeshdeckError('archive-unsafe', sentence);
}

export function invalid(sentence: string, cause?: unknown): MeshdeckError {
  return new MeshdeckError('app-invalid', sentence, { cause });
}

export const leavesFolder = (entry: string) =>
  unsafe(
    `The package has the entry ${shown(entry)}, which would land outside its folder. Pack it again with plain relative paths.`,
  );

export const isLink = (entry: string) =>
  unsafe(`The package has the link ${shown(entry)}. Links are not taken; pack the file itself.`);

export const isSpecial = (entry: string) =>
  unsafe(`The package has ${shown(entry)}, which is neither a file nor a folder. Pack it again without it.`);

export const badName = (entry: string) =>
  unsafe(
    `The package has the entry ${shown(entry)}, a name that not every machine can hold. Rename it and pack again.`,
  );

export const collides = (entry: string, other: string) =>
  unsafe(
    entry === other
      ? `The package has the entry ${shown(entry)} twice. Pack it again with each file once.`
      : `The package has ${shown(other)} and ${shown(entry)}, which are the same file on some machines. Rename one of them.`,
  );

export const tooManyEntries = (limit: number) =>
  unsafe(
    `The package has more than ${limit.toLocaleString('en-US')} entries. Leave out what the app does not need.`,
  );

export const unpacksTooLarge = (entry: string, limitBytes: number) =>
  unsafe(
    `The package unpacks to more than ${formatBytes(limitBytes)} (stopped at ${shown(entry)}). Leave out what the app does not need.`,
  );

export const unreadable = (filename: string, kind: string, cause?: unknown) =>
  invalid(
    `${shown(filename)} is not a readable ${kind}. It may be damaged or cut off; pack it again.`,
    cause,
  );
