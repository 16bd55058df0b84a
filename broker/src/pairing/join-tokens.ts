import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import {
  encodeJoinToken,
  MeshdeckError,
  type CreatedJoinToken,
  type JoinTokenRequest,
  type JoinTokenView,
} from '@meshdeck/shared';
import * as z from 'zod';
import type { Collection } from '../stores/documents.js';

export const joinTokenDocumentSchema = z.object({
  id: z.string(),
  /** SHA-256 of the secret, which has 192 random bits and so needs no slow hash. */
  secretHash: z.string(),
  uses: z.number().int(),
  usesLeft: z.number().int(),
  createdAt: z.number(),
  expiresAt: z.number(),
});
export type JoinTokenDocument = z.infer<typeof joinTokenDocumentSchema>;

export interface JoinTokens {
  list(): JoinTokenView[];
  create(request: JoinTokenRequest): Promise<CreatedJoinToken>;
  revoke(id: string): Promise<void>;
  /** Takes nothing off it. @throws MeshdeckError as `redeem` */
  check(id: string, secret: string): void;
  /** The whole token again, for a machine that reached this hub at `address` (`host:port`). @throws as `redeem` */
  tokenFor(id: string, secret: string, address: string): string;
  /**
   * Takes one use off a token.
   * @throws MeshdeckError `token-invalid` (unknown, wrong secret, expired), `token-used-up`
   */
  redeem(id: string, secret: string): Promise<void>;
}

const hash = (secret: string) => createHash('sha256').update(secret).digest();

/** More than anybody keeps in view. */
const mostTokens = 1000;

function tokenId(): string {
  const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';
  return Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('');
}

export async function createJoinTokens(options: {
  collection: Collection<JoinTokenDocument>;
  hubFingerprint: string;
  addresses: () => string[];
  now: () => number;
}): Promise<JoinTokens> {
  const { collection, now } = options;
  const documents = new Map((await collection.all()).map((document) => [document.id, document]));

  const view = ({ secretHash: _secret, ...rest }: JoinTokenDocument): JoinTokenView => rest;

  /** The token of that id, where it would let a machine in now. */
  function good(id: string, secret: string): JoinTokenDocument {
    const document = documents.get(id);
    const matches =
      document !== undefined && timingSafeEqual(Buffer.from(document.secretHash, 'hex'), hash(secret));
    if (!matches) {
      throw new MeshdeckError(
        'token-invalid',
        'The hub does not know this join token. Make a new one with "meshdeck join-token create".',
      );
    }
    if (document.expiresAt <= now()) {
      throw new MeshdeckError(
        'token-invalid',
        'This join token has expired. Make a new one with "meshdeck join-token create".',
      );
    }
    if (document.usesLeft <= 0) {
      throw new MeshdeckError(
        'token-used-up',
        'This join token has been used up. Make a new one with "meshdeck join-token create --uses N".',
      );
    }
    return document;
  }

  return {
    list: () => [...documents.values()].sort((a, b) => b.createdAt - a.createdAt).map(view),

    async create({ uses, ttlSeconds }) {
      for (const { id, expiresAt } of [...documents.values()]) {
        if (expiresAt > now()) continue;
        documents.delete(id);
        await collection.remove(id);
      }
      if (documents.size >= mostTokens) {
        throw new MeshdeckError(
          'limit-reached',
          `There are ${mostTokens} join tokens. Revoke some ("meshdeck join-token revoke"), or make one for more machines with --uses.`,
        );
      }
      const secret = randomBytes(24).toString('base64url');
      const document: JoinTokenDocument = {
        id: tokenId(),
        secretHash: hash(secret).toString('hex'),
        uses,
        usesLeft: uses,
        createdAt: now(),
        expiresAt: now() + ttlSeconds * 1000,
      };
      documents.set(document.id, document);
      await collection.put(document);
      const token = encodeJoinToken({
        hubFingerprint: options.hubFingerprint,
        tokenId: document.id,
        secret,
        addresses: options.addresses().slice(0, 8),
      });
      return { ...view(document), token };
    },

    async revoke(id) {
      if (!documents.delete(id)) throw new MeshdeckError('not-found', `There is no join token ${id}.`);
      await collection.remove(id);
    },

    check: (id, secret) => void good(id, secret),

    tokenFor(id, secret, address) {
      good(id, secret);
      const others = options.addresses().filter((each) => each !== address);
      const addresses = [address, ...others].slice(0, 8);
      return encodeJoinToken({ hubFingerprint: options.hubFingerprint, tokenId: id, secret, addresses });
    },

    async redeem(id, secret) {
      const document = good(id, secret);
      const used = { ...document, usesLeft: document.usesLeft - 1 };
      documents.set(id, used);
      await collection.put(used);
    },
  };
}
