import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits that fit into a header, a cookie and an address bar. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Secrets are kept and looked up by hash, so that a copied file opens nothing. 64 hex digits. */
export function hashOf(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** Compares with one secret, as long wherever they differ; hashing first makes lengths equal. */
export function secretMatcher(secret: string): (given: string) => boolean {
  const wanted = Buffer.from(hashOf(secret));
  return (given) => timingSafeEqual(Buffer.from(hashOf(given)), wanted);
}
