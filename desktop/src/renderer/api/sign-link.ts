import { linkSignatureParam } from '@meshdeck/shared';
import { base64url, originKey } from '../state/origin-key.js';

/** Signing keys by origin key: there is one, and another after storage was cleared. */
let signing: { of: string; key: Promise<CryptoKey> } | null = null;

async function importKey(secret: string): Promise<CryptoKey> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret));
  return crypto.subtle.importKey('raw', digest, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

/**
 * The path of a download as this browser may follow it: links carry no headers, so the origin key signs the address
 * (HMAC-SHA256, keyed with the key's SHA-256). Worth nothing without the session's cookie.
 */
export async function signLink(path: string): Promise<string> {
  const secret = originKey();
  if (signing?.of !== secret) signing = { of: secret, key: importKey(secret) };
  const made = await crypto.subtle.sign('HMAC', await signing.key, new TextEncoder().encode(path));
  const signature = base64url(new Uint8Array(made));
  return `${path}${path.includes('?') ? '&' : '?'}${linkSignatureParam}=${signature}`;
}
