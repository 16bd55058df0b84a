import { createHmac, timingSafeEqual } from 'node:crypto';
import { hashOf } from './secrets.js';

/** What a request shows so that its cookie counts: the origin key itself, or what that key made of a link. */
export type OriginProof =
  { kind: 'key'; key: string } | { kind: 'signed-link'; address: string; signature: string };

/**
 * The signature of a link by an origin key, 43 letters of base64url: HMAC-SHA256 over the path with its query, keyed
 * with the SHA-256 of the key, which is all the hub keeps of it.
 */
export function linkSignature(keyHash: string, address: string): string {
  return createHmac('sha256', Buffer.from(keyHash, 'hex')).update(address).digest('base64url');
}

/** Whether this was made by whoever holds the key of that hash (64 hex digits); as long wherever it differs. */
export function proves(proof: OriginProof, keyHash: string): boolean {
  const [wanted, given] =
    proof.kind === 'key'
      ? [keyHash, hashOf(proof.key)]
      : [linkSignature(keyHash, proof.address), proof.signature];
  return wanted.length === given.length && timingSafeEqual(Buffer.from(wanted), Buffer.from(given));
}
