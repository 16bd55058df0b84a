import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { createLocalAccess } from './index.js';

const logger = pino({ level: 'silent' });
const minuteMs = 60_000;

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
  expect(await access.redeemLink(link)).not.toBeNull();
  expect(await access.redeemLink(link)).toBeNull();
  expect(await access.redeemLink('made-up')).toBeNull();
  clock.now += 5 * minuteMs;
  expect(await access.redeemLink(late)).toBeNull();
});

it('holds a hundred links open, the newest ones', async () => {
  const { access } = await openAccess();
  const links = Array.from({ length: 101 }, () => access.createLink());
  expect(await access.redeemLink(links[0] ?? '')).toBeNull();
  expect(await access.redeemLink(links[1] ?? '')).not.toBeNull();
  expect(await access.redeemLink(links[100] ?? '')).not.toBeNull();
});

it('remembers a session over a restart, by hash only, until it was idle for thirty days', async () => {
  const { dir, access } = await openAccess();
  const secret = (await access.redeemLink(access.createLink())) ?? '';
  expect(await readFile(join(dir, 'sessions.json'), 'utf8')).not.toContain(secret);
  expect((await stat(join(dir, 'sessions.json'))).mode & 0o777).toBe(0o600);

  const { access: restarted, clock } = await openAccess(dir);
  expect(restarted.checkSession(secret)).toMatchObject({ id: 'local', via: 'link' });
  expect(restarted.checkSession('made-up')).toBeNull();
  clock.now += 29 * 24 * 60 * minuteMs;
  expect(restarted.checkSession(secret)).not.toBeNull();
  await restarted.stop();
  clock.now += 29 * 24 * 60 * minuteMs;
  expect(restarted.checkSession(secret)).not.toBeNull();
  clock.now += 30 * 24 * 60 * minuteMs;
  expect(restarted.checkSession(secret)).toBeNull();
});

it('starts with nobody signed in where the sessions file is damaged', async () => {
  const { dir } = await openAccess();
  await writeFile(join(dir, 'sessions.json'), '{"no');
  const { access } = await openAccess(dir);
  expect(access.checkSession('anything')).toBeNull();
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
