import * as z from 'zod';
import type { Collection } from '../stores/documents.js';

/** `id` is `sha256:personId`. */
export const fileClaimSchema = z.object({ id: z.string(), claimedAt: z.number() });
export type FileClaim = z.infer<typeof fileClaimSchema>;

/**
 * Who brought which file. Files are one for all and named by what is in them, so a name alone must not be enough to work
 * on what somebody else brought.
 */
export interface FileClaims {
  add(sha256: string, personId: string): Promise<void>;
  has(sha256: string, personId: string): boolean;
  /** Forgets the claims on files that are gone. */
  prune(isThere: (sha256: string) => Promise<boolean>): Promise<void>;
}

export async function createFileClaims(options: {
  collection: Collection<FileClaim>;
  now: () => number;
}): Promise<FileClaims> {
  const { collection, now } = options;
  const ids = new Set((await collection.all()).map(({ id }) => id));
  const idOf = (sha256: string, personId: string) => `${sha256}:${personId}`;
  return {
    async add(sha256, personId) {
      const id = idOf(sha256, personId);
      if (ids.has(id)) return;
      await collection.put({ id, claimedAt: now() });
      ids.add(id);
    },
    has: (sha256, personId) => ids.has(idOf(sha256, personId)),
    async prune(isThere) {
      for (const id of [...ids]) {
        if (await isThere(id.slice(0, 64))) continue;
        ids.delete(id);
        await collection.remove(id);
      }
    },
  };
}
