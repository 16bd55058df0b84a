import { MeshdeckError, type PersonId } from '@meshdeck/shared';
import * as z from 'zod';
import type { Collection } from '../stores/documents.js';
import { localPersonId } from '../users/types.js';

/** `id` is `sha256:personId`; `bytes` is left out in claims from before they were counted, which count nothing. */
export const fileOwnerSchema = z.object({
  id: z.string(),
  claimedAt: z.number(),
  bytes: z.number().int().nonnegative().optional(),
});
export type FileOwner = z.infer<typeof fileOwnerSchema>;

/**
 * Who brought which file. Files are one for all and named by what is in them, so a name alone must not be enough to work
 * on what somebody else brought.
 */
export interface FileOwners {
  /** @throws MeshdeckError `limit-reached` where this person has brought too many */
  requireRoom(personId: PersonId): void;
  add(file: { sha256: string; bytes: number }, personId: PersonId): Promise<void>;
  has(sha256: string, personId: PersonId): boolean;
  /** Bytes of all that this person brought and the hub still holds; what two brought counts for both. */
  bytesOf(personId: PersonId): number;
  /** Forgets the claims on files that are gone. */
  prune(isThere: (sha256: string) => Promise<boolean>): Promise<void>;
}

/** Of one person; what no job and no app refers to is forgotten after a day. This computer itself may have any number. */
const mostOfOne = 50_000;

const idOf = (sha256: string, personId: PersonId): string => `${sha256}:${personId}`;

function partsOf(claimId: string): { sha256: string; personId: PersonId } {
  const [sha256 = '', personId = ''] = claimId.split(':');
  return { sha256, personId };
}

export async function createFileOwners(options: {
  collection: Collection<FileOwner>;
  now: () => number;
}): Promise<FileOwners> {
  const { collection, now } = options;
  const bytesById = new Map((await collection.all()).map(({ id, bytes }) => [id, bytes ?? 0]));
  const kept = new Map<PersonId, { files: number; bytes: number }>();
  const keptBy = (personId: PersonId) => kept.get(personId) ?? { files: 0, bytes: 0 };
  for (const [id, bytes] of bytesById) count(id, 1, bytes);

  function count(id: string, change: 1 | -1, bytes: number): void {
    const { personId } = partsOf(id);
    const before = keptBy(personId);
    kept.set(personId, { files: before.files + change, bytes: before.bytes + change * bytes });
  }

  return {
    requireRoom(personId) {
      if (personId === localPersonId || keptBy(personId).files < mostOfOne) return;
      throw new MeshdeckError(
        'limit-reached',
        `The hub keeps ${mostOfOne} files of yours and takes no more. Those that no job uses go after a day; removing jobs frees theirs.`,
      );
    },
    async add({ sha256, bytes }, personId) {
      const id = idOf(sha256, personId);
      if (bytesById.has(id)) return;
      bytesById.set(id, bytes);
      count(id, 1, bytes);
      try {
        await collection.put({ id, claimedAt: now(), bytes });
      } catch (error) {
        bytesById.delete(id);
        count(id, -1, bytes);
        throw error;
      }
    },
    has: (sha256, personId) => bytesById.has(idOf(sha256, personId)),
    bytesOf: (personId) => keptBy(personId).bytes,
    async prune(isThere) {
      for (const [id, bytes] of [...bytesById]) {
        if (await isThere(partsOf(id).sha256)) continue;
        bytesById.delete(id);
        count(id, -1, bytes);
        await collection.remove(id);
      }
    },
  };
}
