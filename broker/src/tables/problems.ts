import { MeshdeckError } from '@meshdeck/shared';
import { isDiskFull } from '../stores/store-health.js';

/** How people count shards. */
const named = (index: number): string => `Shard ${index + 1}`;

export function tableChanged(): MeshdeckError {
  return new MeshdeckError(
    'internal',
    'The table changed on the hub while it was being cut. Upload it again.',
  );
}

export function resultUnreadable(index: number, cause: unknown): MeshdeckError {
  const reason = cause instanceof MeshdeckError ? ` ${cause.message}` : '';
  return new MeshdeckError(
    'app-no-output',
    `${named(index)} gave a result that is no table, so the results cannot be put together.${reason}`,
    { cause },
  );
}

export function wrongRowCount(index: number, given: number, expected: number): MeshdeckError {
  return new MeshdeckError(
    'app-no-output',
    `${named(index)} has ${given} rows in its result and ${expected} in its input. An app that says "rows: independent" must give one row for each.`,
  );
}

export function otherHeader(index: number, other: number, header: string, expected: string): MeshdeckError {
  return new MeshdeckError(
    'app-no-output',
    `${named(index)} gave other columns than ${named(other).toLowerCase()}, so the results cannot be put together. The app must give the same columns for any rows.`,
    { detail: `${shorten(header)} in place of ${shorten(expected)}` },
  );
}

export function otherColumnMap(index: number, other: number, map: string, expected: string): MeshdeckError {
  return new MeshdeckError(
    'app-no-output',
    `${named(index)} gave the model other columns of the table than ${named(other).toLowerCase()} did, so their results do not belong together. Run the job in one piece, or name the columns as the model does.`,
    { detail: `${shorten(map)} in place of ${shorten(expected)}` },
  );
}

export function resultChanged(index: number): MeshdeckError {
  return new MeshdeckError(
    'internal',
    `The result of ${named(index).toLowerCase()} changed on the hub while the results were put together. Run the job again.`,
  );
}

/** A full disk in words that fit merging; everything else passes unchanged. */
export function mergeError(error: unknown): unknown {
  const cause = error instanceof MeshdeckError ? error.cause : error;
  if (!isDiskFull(cause)) return error;
  return new MeshdeckError(
    'disk-full',
    "The hub's disk is full, so the results of the parts cannot be put together yet. They are kept: free some space on the hub, and the job goes on.",
    { cause },
  );
}

function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}
