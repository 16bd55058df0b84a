import * as z from 'zod';
import type { Collection } from '../stores/documents.js';

/** `id` is `sha256:personId`; `bytes` is left out in claims from before they were counted, which count nothing. */
export const fileClaimSchema = z.object({
  id: z.string(),
  claimedAt: z.number(),
  bytes: z.number().int().nonnegative().optional(),
});
export type FileClaim = z.infer<typeof fileClaimSchema>;

/**
 * Who brought which file. Files are one for all and named by what is in them, so a name alone must not be enough to work
 * on what somebody else brought.
 */
export interface FileClaims {
  add(file: { sha256: string; bytes: number }, personId: string): Promise<void>;
  has(sha256: string, personId: string): boolean;
  /** Bytes of all that this person brought and the hub still holds; what two brought counts for both. */
  bytesOf(personId: string): number;
  /** Forgets the claims on files that are gone. */
  prune(isThere: (sha256: string) => Promise<boolean>): Promise<void>;
}

const personIn = (id: string) => id.slice(65);

export async function createFileClaims(options: {
  collection: Collection<FileClaim>;
  now: () => number;
}): Promise<FileClaims> {
  const { collection, now } = options;
  const bytesById = new Map((await collection.all()).map(({ id, bytes }) => [id, bytes ?? 0]));
  const bytesByPerson = new Map<string, number>();
  for (const [id, bytes] of bytesById) count(id, bytes);
  const idOf = (sha256: string, personId: string) => `${sha256}:${personId}`;

  function count(id: string, bytes: number): void {
    const personId = personIn(id);
    bytesByPerson.set(personId, (bytesByPerson.get(personId) ?? 0) + bytes);
  }

  return {
    async add({ sha256, bytes }, personId) {
      const id = idOf(sha256, personId);
      if (bytesById.has(id)) return;
      bytesById.set(id, bytes);
      count(id, bytes);
      try {
        await collection.put({ id, claimedAt: now(), bytes });
      } catch (error) {
        bytesById.delete(id);
        count(id, -bytes);
        throw error;
      }
    },
    has: (sha256, personId) => bytesById.has(idOf(sha256, personId)),
    bytesOf: (personId) => bytesByPerson.get(personId) ?? 0,
    async prune(isThere) {
      for (const [id, bytes] of [...bytesById]) {
        if (await isThere(id.slice(0, 64))) continue;
        bytesById.delete(id);
        count(id, -bytes);
        await collection.remove(id);
      }
    },
  };
}
