import {
  keyScopeSchema,
  knownIds,
  MeshdeckError,
  type KeyRequest,
  type KeyScope,
  type PersonId,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import * as z from 'zod';
import type { Collection } from '../stores/documents.js';
import { newId } from './ids.js';
import { hashOf, newSecret } from './secrets.js';

export const keyDocumentSchema = z.object({
  id: z.string(),
  /** SHA-256 of the whole key: 256 random bits need no slow hash. */
  hash: z.string(),
  personId: knownIds.person,
  name: z.string(),
  scopes: z.array(keyScopeSchema),
  createdAt: z.number(),
  expiresAt: z.number(),
  lastUsedAt: z.number().nullable(),
});
export type KeyDocument = z.infer<typeof keyDocumentSchema>;

export const keyPrefix = 'mdk_';
const mostOfOne = 100;
/** How stale the stored last use may be. */
const saveEveryMs = 60_000;

export interface ApiKeys {
  create(personId: PersonId, request: KeyRequest): Promise<{ document: KeyDocument; key: string }>;
  /** The key's document, or null. Counts as a use. */
  check(key: string): KeyDocument | null;
  get(id: string): KeyDocument | undefined;
  list(personId?: PersonId): KeyDocument[];
  isAlive(id: string): boolean;
  /** Ends what matches; the ids that ended. */
  end(match: (document: KeyDocument) => boolean): Promise<string[]>;
  stop(): Promise<void>;
}

export async function openApiKeys(options: {
  collection: Collection<KeyDocument>;
  now: () => number;
  logger: Logger;
}): Promise<ApiKeys> {
  const { collection, now, logger } = options;
  const byHash = new Map((await collection.all()).map((document) => [document.hash, document]));
  const byId = new Map([...byHash.values()].map((document) => [document.id, document]));
  const savedUse = new Map<string, number>();

  const isGood = (document: KeyDocument): boolean => now() < document.expiresAt;

  function noteUse(document: KeyDocument): void {
    document.lastUsedAt = now();
    if (now() - (savedUse.get(document.id) ?? 0) < saveEveryMs) return;
    savedUse.set(document.id, now());
    collection.put(document).catch((error: unknown) => {
      logger.error({ key: document.id, error: String(error) }, 'use of a key not saved');
    });
  }

  return {
    async create(personId, { name, scopes, ttlSeconds }) {
      const own = [...byId.values()].filter((document) => document.personId === personId);
      if (own.length >= mostOfOne) {
        throw new MeshdeckError('limit-reached', `There are ${mostOfOne} keys already. Revoke some first.`);
      }
      const key = keyPrefix + newSecret();
      const document: KeyDocument = {
        id: newId(),
        hash: hashOf(key),
        personId,
        name,
        scopes: [...new Set<KeyScope>(scopes)],
        createdAt: now(),
        expiresAt: now() + ttlSeconds * 1000,
        lastUsedAt: null,
      };
      await collection.put(document);
      byHash.set(document.hash, document);
      byId.set(document.id, document);
      return { document, key };
    },
    check(key) {
      if (!key.startsWith(keyPrefix)) return null;
      const document = byHash.get(hashOf(key));
      if (document === undefined || !isGood(document)) return null;
      noteUse(document);
      return document;
    },
    get: (id) => byId.get(id),
    list: (personId) =>
      [...byId.values()]
        .filter((document) => personId === undefined || document.personId === personId)
        .sort((a, b) => b.createdAt - a.createdAt),
    isAlive(id) {
      const document = byId.get(id);
      return document !== undefined && isGood(document);
    },
    async end(match) {
      const ended = [...byId.values()].filter(match);
      for (const { id, hash } of ended) {
        byId.delete(id);
        byHash.delete(hash);
      }
      for (const { id } of ended) await collection.remove(id);
      return ended.map(({ id }) => id);
    },
    async stop() {
      for (const document of byId.values()) {
        if ((document.lastUsedAt ?? 0) > (savedUse.get(document.id) ?? 0)) await collection.put(document);
      }
    },
  };
}
