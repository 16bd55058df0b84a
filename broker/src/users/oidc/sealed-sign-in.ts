import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import * as z from 'zod';

/** A sign-in whose browser is away at the provider: what has to fit when it is back. */
const begunSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  redirectUri: z.string(),
  /** Of the page that began it; the session is for that page's origin. */
  originKeyHash: z.string(),
  /** Unix ms */
  until: z.number(),
});
export type BegunSignIn = Omit<z.infer<typeof begunSchema>, 'until'>;

export const begunForMs = 10 * 60_000;
const [ivBytes, tagBytes] = [12, 16];

export interface SealedSignIns {
  /** The ticket for the browser's cookie; nothing of it is kept here. */
  seal(signIn: BegunSignIn): string;
  /** Null where this hub did not make it since it started, or it is too old. */
  open(ticket: string): BegunSignIn | null;
}

/**
 * Begun sign-ins, kept by the browsers that began them (AES-256-GCM, with a key that a restart forgets): however many
 * strangers begin, they take no room and push out nobody's.
 */
export function createSealedSignIns(now: () => number = Date.now): SealedSignIns {
  const key = randomBytes(32);

  return {
    seal(signIn) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const text = JSON.stringify({ ...signIn, until: now() + begunForMs });
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    open(ticket) {
      const bytes = Buffer.from(ticket, 'base64url');
      if (bytes.length <= ivBytes + tagBytes) return null;
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes));
        decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
        const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
        const { until, ...signIn } = begunSchema.parse(JSON.parse(text.toString('utf8')));
        return until <= now() ? null : signIn;
      } catch {
        // Not sealed by this key: somebody else's, altered, or from before a restart.
        return null;
      }
    },
  };
}
