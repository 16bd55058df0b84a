import { formatBytes, MeshdeckError, type PersonId, type PersonLimits } from '@meshdeck/shared';
import { tooLarge } from './problems.js';
import type { FileOwners } from './file-owners.js';

export interface UploadQuota {
  /**
   * Runs an upload within what its person may send and keep; `work` gets the most bytes that it may take, of what is
   * unpacked where something is. `announced`: what the sender says it will be, null where it says nothing; `unpacks`:
   * whether more may come of it than is sent.
   *
   * @throws MeshdeckError `too-large`, or `limit-reached` where everything this person keeps together would be too much
   */
  take<T>(
    upload: { personId: PersonId; announced: number | null; unpacks: boolean },
    work: (maxBytes: number) => Promise<T>,
  ): Promise<T>;
}

/** The one gate for uploads of people. Several at once share the room that is left. */
export function createUploadQuota(options: {
  limitsOf: (personId: PersonId) => Pick<PersonLimits, 'maxUploadBytes' | 'maxStoredBytes'>;
  fileOwners: Pick<FileOwners, 'bytesOf'>;
  /** Of one upload of anybody. */
  mostBytes: number;
}): UploadQuota {
  const { limitsOf, fileOwners, mostBytes } = options;
  const underWay = new Map<string, number>();

  function isFull(personId: PersonId, most: number): MeshdeckError {
    const kept = `You keep ${formatBytes(fileOwners.bytesOf(personId))} of tables and apps on this hub and may keep ${formatBytes(most)}.`;
    const advice =
      (underWay.get(personId) ?? 0) > 0
        ? 'Another upload of yours is under way; send this one after it.'
        : 'Remove jobs and apps you no longer need (their files go within a day), or ask an admin for more.';
    return new MeshdeckError('limit-reached', `${kept} ${advice}`);
  }

  return {
    async take({ personId, announced, unpacks }, work) {
      const { maxUploadBytes, maxStoredBytes } = limitsOf(personId);
      const largest = Math.min(mostBytes, maxUploadBytes ?? Infinity);
      if (announced !== null && announced > largest) throw tooLarge(largest);
      if (maxStoredBytes === null) return work(largest);

      const taken = underWay.get(personId) ?? 0;
      const room = maxStoredBytes - fileOwners.bytesOf(personId) - taken;
      if (room <= 0 || (announced ?? 0) > room) throw isFull(personId, maxStoredBytes);
      const most = Math.min(largest, room);
      const reserved = unpacks ? most : Math.min(most, announced ?? most);
      underWay.set(personId, taken + reserved);
      try {
        return await work(most);
      } catch (error) {
        const wasTooMuch =
          error instanceof MeshdeckError && (error.code === 'too-large' || error.code === 'archive-unsafe');
        throw wasTooMuch && most < largest ? isFull(personId, maxStoredBytes) : error;
      } finally {
        const left = (underWay.get(personId) ?? reserved) - reserved;
        if (left > 0) underWay.set(personId, left);
        else underWay.delete(personId);
      }
    },
  };
}
