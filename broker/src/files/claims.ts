import { MeshdeckError } from '@meshdeck/shared';
import * as z from 'zod';
import type { Collection } from '../stores/documents.js';
import { localPersonId } from '../users/types.js';

/** `id` is `sha256:personId`. */
export const fileClaimSchema = z.object({ id: z.string(), claimedAt: z.number() });
export type FileClaim = z.infer<typeof fileClaimSchema>;

/**
 * Who brought which file. Files are one for all and named by what is in them, so a name alone must not be enough to work
 * on what somebody else brought.
 */
export interface FileClaims {
  /** @throws MeshdeckError `limit-reached` where this person has brought too many */
  requireRoom(personId: string): void;
  add(sha256: string, personId: string): Promise<void>;
  has(sha256: string, personId: string): boolean;
  /** Forgets the claims on files that are gone. */
  prune(isThere: (sha256: string) => Promise<boolean>): Promise<void>;
}

/** Of one person; what no job and no app refers to is forgotten after a day. This computer itself may have any number. */
const mostOfOne = 50_000;

export async function createFileClaims(options: {
  collection: Collection<FileClaim>;
  now: () => number;
}): Promise<FileClaims> {
  const { collection, now } = options;
  const ids = new Set((await collection.all()).map(({ id }) => id));
  const counts = new Map<string, number>();
  const count = (id: string, change: 1 | -1): void => {
    const personId = id.slice(65);
    counts.set(personId, (counts.get(personId) ?? 0) + change);
  };
  for (const id of ids) count(id, 1);
  const idOf = (sha256: string, personId: string) => `${sha256}:${personId}`;
  return {
    requireRoom(personId) {
      if (personId === localPersonId || (counts.get(personId) ?? 0) < mostOfOne) return;
      throw new MeshdeckError(
        'limit-reached',
        `The hub keeps ${mostOfOne} files of yours and takes no more. Those that no job uses go after a day; removing jobs frees theirs.`,
      );
    },
    async add(sha256, personId) {
      const id = idOf(sha256, personId);
      if (ids.has(id)) return;
      await collection.put({ id, claimedAt: now() });
      ids.add(id);
      count(id, 1);
    },
    has: (sha256, personId) => ids.has(idOf(sha256, personId)),
    async prune(isThere) {
      for (const id of [...ids]) {
        if (await isThere(id.slice(0, 64))) continue;
        ids.delete(id);
        count(id, -1);
        await collection.remove(id);
      }
    },
  };
}
