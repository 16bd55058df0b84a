import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits that fit into a header, a cookie and an address bar. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Secrets are kept and looked up by hash, so that a copied file opens nothing. 64 hex digits. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Takes as long wherever they differ; hashing first makes lengths equal. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(a)), Buffer.from(hashOf(b)));
}
