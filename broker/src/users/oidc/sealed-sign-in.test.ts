import { expect, it } from 'vitest';
import { begunForMs, createSealedSignIns } from './sealed-sign-in.js';

const signIn = {
  state: 's',
  nonce: 'n',
  codeVerifier: 'v',
  redirectUri: 'http://127.0.0.1:7420/back',
  originKeyHash: 'a'.repeat(64),
};

it('hands back what it sealed, for ten minutes, however many others begin meanwhile', () => {
  let now = 1_000_000;
  const sealed = createSealedSignIns(() => now);
  const ticket = sealed.seal(signIn);
  for (let count = 0; count < 5000; count += 1) sealed.seal({ ...signIn, state: String(count) });
  expect(sealed.open(ticket)).toEqual(signIn);
  now += begunForMs - 1;
  expect(sealed.open(ticket)).toEqual(signIn);
  now += 1;
  expect(sealed.open(ticket)).toBeNull();
});

it('opens nothing that was altered, cut, made up or sealed by another hub, and shows nothing of what is in it', () => {
  const sealed = createSealedSignIns();
  const ticket = sealed.seal(signIn);
  const bytes = Buffer.from(ticket, 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const altered = Buffer.from(bytes);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(sealed.open(altered.toString('base64url'))).toBeNull();
  }
  for (const other of ['', 'x', ticket.slice(0, 20), ticket.slice(2), createSealedSignIns().seal(signIn)]) {
    expect(sealed.open(other)).toBeNull();
  }
  expect(bytes.toString('latin1')).not.toContain(signIn.redirectUri);
});
