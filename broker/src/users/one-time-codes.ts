import { knownIds, MeshdeckError, roleSchema, type PersonId, type Role } from '@meshdeck/shared';
import * as z from 'zod';
import type { Collection } from '../stores/documents.js';
import { newId } from './ids.js';
import { hashOf, newSecret } from './secrets.js';

/** `invitation` makes an account, `password` lets an account's person choose one. Kept by hash. */
export const codeDocumentSchema = z.object({
  id: z.string(),
  hash: z.string(),
  purpose: z.enum(['invitation', 'password']),
  /** Invitation: only for this address, or for anybody's. */
  email: z.string().nullable(),
  role: roleSchema,
  /** Password: whose. */
  personId: knownIds.person.nullable(),
  /** What its maker was called then. */
  madeBy: z.string(),
  madeById: z.string().optional(),
  createdAt: z.number(),
  expiresAt: z.number(),
});
export type CodeDocument = z.infer<typeof codeDocumentSchema>;

const mostOpen = 1000;

export interface OneTimeCodes {
  create(wish: {
    purpose: CodeDocument['purpose'];
    email: string | null;
    role: Role;
    personId: PersonId | null;
    madeBy: string;
    madeById: string;
    ttlSeconds: number;
  }): Promise<{ document: CodeDocument; code: string }>;
  /** What a code is good for, unspent. @throws MeshdeckError `token-invalid` */
  look(code: string): CodeDocument;
  /** The same, and nobody else gets it from now on; `give back` where what it was for did not come about. */
  spend(code: string): Promise<CodeDocument>;
  giveBack(document: CodeDocument): Promise<void>;
  list(purpose: CodeDocument['purpose']): CodeDocument[];
  /** How many are open of these. */
  count(match: (document: CodeDocument) => boolean): number;
  remove(match: (document: CodeDocument) => boolean): Promise<number>;
}

/** Invitations and password links: one use, an end, revocable, and over a restart. */
export async function openOneTimeCodes(options: {
  collection: Collection<CodeDocument>;
  now: () => number;
}): Promise<OneTimeCodes> {
  const { collection, now } = options;
  const byHash = new Map((await collection.all()).map((document) => [document.hash, document]));

  async function remove(match: (document: CodeDocument) => boolean): Promise<number> {
    const gone = [...byHash.values()].filter(match);
    for (const { hash } of gone) byHash.delete(hash);
    for (const { id } of gone) await collection.remove(id);
    return gone.length;
  }

  function look(code: string): CodeDocument {
    const found = byHash.get(hashOf(code));
    if (found !== undefined && now() < found.expiresAt) return found;
    throw new MeshdeckError(
      'token-invalid',
      'This link was used already, was withdrawn, or is too old. Ask an admin of this hub for a new one.',
    );
  }

  return {
    look,
    remove,
    async create({ ttlSeconds, ...wish }) {
      await remove(({ expiresAt }) => expiresAt <= now());
      if (byHash.size >= mostOpen) {
        throw new MeshdeckError('limit-reached', `There are ${mostOpen} open links. Withdraw some first.`);
      }
      const code = newSecret();
      const document: CodeDocument = {
        ...wish,
        id: newId(),
        hash: hashOf(code),
        createdAt: now(),
        expiresAt: now() + ttlSeconds * 1000,
      };
      byHash.set(document.hash, document);
      await collection.put(document);
      return { document, code };
    },
    async spend(code) {
      const document = look(code);
      byHash.delete(document.hash);
      await collection.remove(document.id);
      return document;
    },
    async giveBack(document) {
      byHash.set(document.hash, document);
      await collection.put(document);
    },
    count: (match) =>
      [...byHash.values()].filter((document) => now() < document.expiresAt && match(document)).length,
    list: (purpose) =>
      [...byHash.values()]
        .filter((document) => document.purpose === purpose && now() < document.expiresAt)
        .sort((a, b) => b.createdAt - a.createdAt),
  };
}
