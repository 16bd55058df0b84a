import { createHash } from 'node:crypto';

/**
 * Six digits from both keys, the same on both ends whichever side computes them. Without a commitment round a
 * determined attacker in the middle can search for keys that match, so the code guards against mistakes and
 * mix-ups; `docs/decisions.md` says what the trust step adds.
 */
export function compareCode(hubFingerprint: string, nodeFingerprint: string): string {
  const digest = createHash('sha256')
    .update('meshdeck-code-v1')
    .update(Buffer.from(hubFingerprint, 'hex'))
    .update(Buffer.from(nodeFingerprint, 'hex'))
    .digest();
  return String(digest.readUInt32BE(0) % 1_000_000).padStart(6, '0');
}
