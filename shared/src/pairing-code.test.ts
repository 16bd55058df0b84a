import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { pairingCode, pairingCommitment } from './pairing-code.js';

const keys = { agentKey: 'a1'.repeat(32), hubKey: 'b2'.repeat(32) };
const agentNonce = 'c3'.repeat(32);
const hubNonce = 'd4'.repeat(32);
const bytes = (...hex: string[]) => Buffer.from(hex.join(''), 'hex');

it('is the protocol as it is written down', async () => {
  const commitment = createHash('sha256')
    .update('meshdeck-pairing-v1 commitment\0')
    .update(bytes(keys.agentKey, keys.hubKey, agentNonce))
    .digest('hex');
  expect(await pairingCommitment({ ...keys, agentNonce })).toBe(commitment);
  const digest = createHash('sha256')
    .update('meshdeck-pairing-v1 code\0')
    .update(bytes(keys.agentKey, keys.hubKey, agentNonce, hubNonce))
    .digest();
  const code = String(digest.readBigUInt64BE() % 1_000_000n).padStart(6, '0');
  expect(await pairingCode({ ...keys, agentNonce, hubNonce })).toBe(code);
});

it('changes with every part, and with who is which', async () => {
  const all = { ...keys, agentNonce, hubNonce };
  const codes = await Promise.all([
    pairingCode(all),
    pairingCode({ ...all, agentKey: keys.hubKey, hubKey: keys.agentKey }),
    pairingCode({ ...all, agentNonce: hubNonce, hubNonce: agentNonce }),
    ...(['agentKey', 'hubKey', 'agentNonce', 'hubNonce'] as const).map((part) =>
      pairingCode({ ...all, [part]: `${all[part].slice(0, 63)}0` }),
    ),
  ]);
  expect(new Set(codes).size).toBe(codes.length);
});

it('keeps leading zeros', async () => {
  const codes = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      pairingCode({ ...keys, agentNonce: index.toString(16).padStart(64, '0'), hubNonce }),
    ),
  );
  for (const code of codes) expect(code).toMatch(/^\d{6}$/);
  expect(codes.some((code) => code.startsWith('0'))).toBe(true);
});

it('takes 32 bytes in hex and nothing else', async () => {
  await expect(pairingCommitment({ ...keys, agentNonce: 'zz'.repeat(32) })).rejects.toThrow();
  await expect(pairingCommitment({ ...keys, agentNonce: 'ab' })).rejects.toThrow();
});
