import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CreatedKey, HubView } from '@meshdeck/shared';
import { freePortFlags, runCli, startHub } from '@meshdeck/testing/mesh';
import { createLab } from '@meshdeck/testing/network';
import { page as shown, person } from '@meshdeck/testing/people';
import { canMakeNamespaces } from '@meshdeck/testing/programs';
import { expect, test } from './support/fixtures.js';
import type { Found, Visit } from './support/visitor.mjs';

test.skip(!canMakeNamespaces(), 'needs network namespaces: root on Linux, apt-get install iproute2');

const visitorScript = fileURLToPath(new URL('./support/visitor.mjs', import.meta.url));
const run = promisify(execFile);

test('another computer on the network gets in over HTTPS, by an account, and in no other way', async ({
  folder,
}) => {
  const lab = createLab(['office', 'desk']);
  const dataDir = join(folder, 'hub');
  let stop = () => Promise.resolve();
  /** What comes back to that host. */
  async function visit(host: 'office' | 'desk', ...visits: Visit[]): Promise<Found[]> {
    const [command = '', ...args] = [...lab.on(host), process.execPath, visitorScript];
    const { stdout } = await run(command, [...args, JSON.stringify(visits)], { maxBuffer: 1 << 24 });
    return JSON.parse(stdout) as Found[];
  }
  try {
    const hub = await startHub({ dataDir, flags: [...freePortFlags, '--no-mdns'], before: lab.on('office') });
    stop = hub.stop;
    const people = hub.ready.people ?? '';
    expect(people).toMatch(/^https:\/\/10\.77\.0\.1:\d+$/);
    const authorization = `Bearer ${hub.token}`;
    const local = `${hub.ready.url}/api/v1`;
    const [account, link, view] = await visit(
      'office',
      { url: `${local}/people`, method: 'POST', json: person, headers: { authorization } },
      { url: `${local}/ui-links`, method: 'POST', headers: { authorization } },
      { url: `${local}/hub`, headers: { authorization } },
    );
    expect([account?.status, link?.status, view?.status]).toEqual([201, 201, 200]);
    const { searchParams } = new URL((JSON.parse(link?.body ?? '') as { url: string }).url);
    const code = searchParams.get('link');
    const { people: door } = JSON.parse(view?.body ?? '') as HubView;

    // That one certificate, made out to the address.
    const ca = readFileSync(join(dataDir, 'people-certificate.pem'), 'utf8');
    const { port } = new URL(people);
    const { email, password } = person;
    const [page, unpinned, stranger, byToken, byLink, otherHost, plain, loopback, signedIn] = await visit(
      'desk',
      { url: `${people}/`, ca, headers: { accept: 'text/html' } },
      { url: `${people}/` },
      { url: `${people}/api/v1/hub`, ca },
      { url: `${people}/api/v1/hub`, ca, headers: { authorization } },
      {
        url: `${people}/api/v1/one-time-links/sign-in`,
        method: 'POST',
        json: { code },
        ca,
        headers: { origin: people, ...shown },
      },
      { url: `${people}/`, ca, headers: { host: `evil.example.org:${port}` } },
      { url: `http://10.77.0.1:${port}/healthz` },
      { url: `http://10.77.0.1:${new URL(hub.ready.url).port}/healthz` },
      {
        url: `${people}/api/v1/sign-in`,
        method: 'POST',
        json: { email, password },
        ca,
        headers: { origin: people, ...shown },
      },
    );
    expect(page).toMatchObject({ status: 200, body: expect.stringMatching(/^<!doctype html>/i) });
    expect(unpinned).toMatchObject({ status: 0, error: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect([stranger?.status, byToken?.status, byLink?.status]).toEqual([401, 401, 403]);
    expect(byLink?.headers['set-cookie']).toBeUndefined();
    expect(otherHost?.status).toBe(403);
    expect(plain).toMatchObject({ status: 0, body: '' });
    expect(loopback).toMatchObject({ status: 0, error: 'ECONNREFUSED' });
    expect(signedIn?.status).toBe(200);
    const [cookie = ''] = [signedIn?.headers['set-cookie'] ?? []].flat();
    expect(cookie).toMatch(/^__Host-[^;]+; Path=\/; HttpOnly; SameSite=Strict; Secure;/);

    const mine = { cookie: cookie.split(';')[0] ?? '', origin: people, ...shown };
    const key = { name: 'desk', scopes: ['read'] };
    const [known, created] = await visit(
      'desk',
      { url: `${people}/api/v1/hub`, ca, headers: mine },
      { url: `${people}/api/v1/keys`, method: 'POST', json: key, ca, headers: mine },
    );
    expect([known?.status, created?.status]).toEqual([200, 201]);
    const listed = await runCli(
      ['nodes', 'list', '--hub', people, '--fingerprint', door?.certificate.fingerprint ?? ''],
      {
        env: { MESHDECK_TOKEN: (JSON.parse(created?.body ?? '') as CreatedKey).key },
        before: lab.on('desk'),
      },
    );
    expect(listed, listed.stderr).toMatchObject({ code: 0 });
  } finally {
    await stop();
    lab.remove();
  }
});
