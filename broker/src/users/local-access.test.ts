import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { createLocalAccess } from './index.js';
import { hashOf } from './secrets.js';

const logger = pino({ level: 'silent' });
const minuteMs = 60_000;
const key = 'k'.repeat(43);
const from = { address: '127.0.0.1', program: 'test', originKeyHash: hashOf(key) };
const proof = { kind: 'key', key } as const;

async function openAccess(dataDir?: string) {
  const dir = dataDir ?? (await mkdtemp(join(tmpdir(), 'meshdeck-access-')));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const clock = { now: 1_000_000 };
  const access = await createLocalAccess({
    dataDir: dir,
    hubId: 'abcdefghijkl',
    logger,
    now: () => clock.now,
  });
  return { dir, clock, access };
}

it('makes one private token, for its owner only, and keeps it', async () => {
  const { dir, access } = await openAccess();
  expect((await readFile(join(dir, 'token'), 'utf8')).trim()).toBe(access.token);
  expect(Buffer.from(access.token, 'base64url')).toHaveLength(32);
  expect((await stat(join(dir, 'token'))).mode & 0o777).toBe(0o600);
  await chmod(join(dir, 'token'), 0o644);
  const again = await openAccess(dir);
  expect(again.access.token).toBe(access.token);
  expect((await stat(join(dir, 'token'))).mode & 0o777).toBe(0o600);
  expect(access.checkToken(access.token)).toMatchObject({
    id: 'local',
    role: 'admin',
    via: 'token',
    sessionId: null,
  });
  expect(access.checkToken(`${access.token}x`)).toBeNull();
  expect(access.checkToken('')).toBeNull();
});

it('replaces a token file that holds no token', async () => {
  const { dir } = await openAccess();
  await writeFile(join(dir, 'token'), 'hunter2\n');
  const { access } = await openAccess(dir);
  expect(access.checkToken('hunter2')).toBeNull();
  expect(access.token.length).toBeGreaterThanOrEqual(43);
});

it('lets a link in once, within five minutes', async () => {
  const { access, clock } = await openAccess();
  const link = access.createLink();
  const late = access.createLink();
  expect(await access.redeemLink(link, from)).not.toBeNull();
  expect(await access.redeemLink(link, from)).toBeNull();
  expect(await access.redeemLink('made-up', from)).toBeNull();
  clock.now += 5 * minuteMs;
  expect(await access.redeemLink(late, from)).toBeNull();
});

it("holds twenty links of one person open, the newest ones, and nobody's push out another's", async () => {
  const { access } = await openAccess();
  const mine = access.createLink();
  const theirs = Array.from({ length: 21 }, () => access.createLink('somebody'));
  expect(access.lookAtLink(theirs[0] ?? '')).toBeNull();
  expect(access.lookAtLink(theirs[1] ?? '')).toMatchObject({ personId: 'somebody' });
  expect(await access.redeemLink(mine, from)).not.toBeNull();
  // However many people there are, this computer gets its link.
  for (let person = 0; person < 99; person += 1) {
    for (let count = 0; count < 20; count += 1) access.createLink(`person ${person}`);
  }
  expect(() => access.createLink('one more')).toThrow('Too many sign-in links are open');
  expect(await access.redeemLink(access.createLink(), from)).not.toBeNull();
});

it('remembers a session over a restart, by hash only, until it was idle for thirty days', async () => {
  const { dir, access } = await openAccess();
  const secret = (await access.redeemLink(access.createLink(), from)) ?? '';
  expect(await readFile(join(dir, 'sessions.json'), 'utf8')).not.toContain(secret);
  expect((await stat(join(dir, 'sessions.json'))).mode & 0o777).toBe(0o600);

  const { access: restarted, clock } = await openAccess(dir);
  expect(restarted.checkSession(secret, proof)).toMatchObject({ id: 'local', via: 'link' });
  expect(restarted.checkSession('made-up', proof)).toBeNull();
  clock.now += 29 * 24 * 60 * minuteMs;
  expect(restarted.checkSession(secret, proof)).not.toBeNull();
  await restarted.stop();
  clock.now += 29 * 24 * 60 * minuteMs;
  expect(restarted.checkSession(secret, proof)).not.toBeNull();
  clock.now += 30 * 24 * 60 * minuteMs;
  expect(restarted.checkSession(secret, proof)).toBeNull();
});

it('starts with nobody signed in where the sessions file is damaged', async () => {
  const { dir } = await openAccess();
  await writeFile(join(dir, 'sessions.json'), '{"no');
  const { access } = await openAccess(dir);
  expect(access.checkSession('anything', proof)).toBeNull();
});

it('slows down an address that keeps guessing, for the rest of the minute', async () => {
  const { access, clock } = await openAccess();
  for (let count = 0; count < 20; count += 1) expect(access.noteFailure('127.0.0.1')).toBe(0);
  clock.now += 20_000;
  expect(access.noteFailure('127.0.0.1')).toBe(40_000);
  expect(access.noteFailure('::1')).toBe(0);
  clock.now += 40_000;
  expect(access.noteFailure('127.0.0.1')).toBe(0);
});
