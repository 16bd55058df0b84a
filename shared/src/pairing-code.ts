/**
 * The compared code: six digits that are the same on both ends only if nobody stands between them.
 *
 * The pattern is that of ZRTP's hash commitment and short authentication string [RFC 6189 §4.4.1, §4.5.2], of Matrix'
 * SAS verification [Matrix client-server API, m.sas.v1], and, step by step, of Bluetooth's numeric comparison
 * [Bluetooth Core 5.3, vol 3, part H, §2.3.5.6.2]. Keys are SHA-256 fingerprints of public keys (SPKI, DER), proven by
 * mutual TLS; nonces are 32 random bytes, made anew for every attempt.
 *
 *   agent -> hub   commitment = H("commitment", agentKey, hubKey, agentNonce)
 *   hub -> agent   hubNonce
 *   agent -> hub   agentNonce                      the hub checks the commitment and refuses another nonce
 *   both           code = first 64 bits of H("code", agentKey, hubKey, agentNonce, hubNonce) mod 1,000,000
 *
 * H is SHA-256 over the label "meshdeck-pairing-v1 ..." , a zero byte, and the parts, each 32 bytes. Whoever stands
 * between has a key of his own on each side, and has to name his nonces before he has seen those they are mixed with:
 * one chance in a million an attempt, and attempts are limited.
 */
export const pairingNonceBytes = 32;

const hexBytes = /^[0-9a-f]{64}$/;

function bytesOf(hex: string): Uint8Array {
  if (!hexBytes.test(hex)) throw new Error('not 32 bytes in hex');
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

async function digest(label: string, parts: readonly string[]): Promise<Uint8Array> {
  const head = new TextEncoder().encode(`meshdeck-pairing-v1 ${label}\0`);
  const input = new Uint8Array(head.length + parts.length * 32);
  input.set(head);
  parts.forEach((part, index) => input.set(bytesOf(part), head.length + index * 32));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', input));
}

/** What both ends know of each other; 64 lower-case hex digits each. */
export interface PairingKeys {
  agentKey: string;
  hubKey: string;
}

/** 64 hex digits: binds the agent to a nonce it has not shown yet, and to the hub key it sees. */
export async function pairingCommitment(keys: PairingKeys & { agentNonce: string }): Promise<string> {
  const bytes = await digest('commitment', [keys.agentKey, keys.hubKey, keys.agentNonce]);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Six digits. */
export async function pairingCode(
  keys: PairingKeys & { agentNonce: string; hubNonce: string },
): Promise<string> {
  const bytes = await digest('code', [keys.agentKey, keys.hubKey, keys.agentNonce, keys.hubNonce]);
  const number = new DataView(bytes.buffer).getBigUint64(0);
  return String(number % 1_000_000n).padStart(6, '0');
}
