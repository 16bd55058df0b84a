import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openedByHandName, type CodeView, type CreatedPerson, type Me } from '@meshdeck/shared';
import { expect, it, onTestFinished } from 'vitest';
import { cookieOf, openPeopleHub, shown, type Answer } from './fixtures/people-hub.js';

const parsed = <T>(answer: Answer): T => JSON.parse(answer.body) as T;
const account = { email: 'eve@example.org', name: 'Eve', role: 'user', password: 'otter volcano spoon' };

async function openHub() {
  const uiDir = await mkdtemp(join(tmpdir(), 'meshdeck-ui-'));
  onTestFinished(() => rm(uiDir, { recursive: true, force: true }));
  await writeFile(join(uiDir, 'index.html'), '<!doctype html><html><head><title>x</title></head></html>');
  const hub = await openPeopleHub({ uiDir });
  const { person } = parsed<CreatedPerson>(await hub.json('POST', '/api/v1/people', account));
  const look = async (code: string) =>
    parsed<CodeView>(
      await hub.ask({
        method: 'POST',
        path: '/api/v1/one-time-links/look',
        headers: { origin: hub.origin, 'content-type': 'application/json' },
        body: JSON.stringify({ code }),
      }),
    );
  return { ...hub, person, look };
}

const sites = ['none', 'same-origin', 'same-site', 'cross-site', ''];

it('signs nobody in who merely follows a link, from wherever, and says whose it is', async () => {
  const { ask, services, person, look } = await openHub();
  const link = services.access.createLink(person.id);
  for (const site of sites) {
    const headers = { accept: 'text/html', ...(site !== '' && { 'sec-fetch-site': site }) };
    const page = await ask({ path: `/login?link=${link}`, headers });
    expect([site, page.status, page.headers['set-cookie']]).toEqual([site, 200, undefined]);
    expect(page.headers['cache-control']).toBe('no-store');
  }
  expect(await look(link)).toMatchObject({
    purpose: 'sign-in',
    name: 'Eve',
    email: account.email,
    role: 'user',
  });
});

it('tells its page that it was opened by hand, unless another site’s page led there', async () => {
  const { ask } = await openHub();
  const marked: string[] = [];
  for (const site of sites) {
    const headers = site === '' ? {} : { 'sec-fetch-site': site };
    const { body } = await ask({ path: '/login?link=x', headers });
    if (body.includes(`<head><meta name="${openedByHandName}" />`)) marked.push(site);
  }
  expect(marked).toEqual(['none', 'same-origin']);
  // No other address carries the mark.
  const elsewhere = await ask({ path: '/', headers: { accept: 'text/html', 'sec-fetch-site': 'none' } });
  expect(elsewhere.body).not.toContain(openedByHandName);
});

it('signs a browser in by a call of our own page, once, and by nobody else’s', async () => {
  const { ask, origin, services, person, useLink, withToken } = await openHub();
  const code = services.access.createLink(person.id);
  for (const foreign of [
    { origin: 'http://evil.example' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    const answer = await useLink(code, foreign);
    expect([foreign, answer.status, answer.headers['set-cookie']]).toEqual([foreign, 403, undefined]);
  }
  const entered = await useLink(code);
  expect(parsed<Me>(entered)).toMatchObject({ id: person.id, name: 'Eve', via: 'session' });
  const set = entered.headers['set-cookie']?.[0] ?? '';
  const { cookieName } = services.access;
  expect(set).toMatch(
    new RegExp(`^${cookieName}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000$`),
  );
  const headers = { cookie: `other=1; ${cookieOf(entered)}`, ...shown };
  expect((await ask({ path: '/api/v1/hub', headers })).status).toBe(200);
  expect(parsed<{ code: string }>(await useLink(code))).toMatchObject({ code: 'token-invalid' });

  const created = await withToken({ method: 'POST', path: '/api/v1/ui-links' });
  const url = new URL(parsed<{ url: string }>(created).url);
  expect([created.status, url.origin, url.pathname]).toEqual([201, origin, '/login']);
  const asComputer = await useLink(url.searchParams.get('link') ?? '', headers);
  expect(parsed<Me>(asComputer)).toMatchObject({ id: 'local', via: 'link' });
  // Whoever signs in anew rides on no session from before.
  expect((await ask({ path: '/api/v1/hub', headers })).status).toBe(401);
});

it('lets nobody in by the link of an account that is disabled', async () => {
  const { services, person, json, useLink } = await openHub();
  const code = services.access.createLink(person.id);
  await json('PATCH', `/api/v1/people/${person.id}`, { state: 'disabled' });
  expect((await useLink(code)).status).toBe(403);
});

it('does not take a HEAD request for an opened link', async () => {
  const { ask, services } = await openHub();
  expect((await ask({ method: 'HEAD', path: `/login?link=${services.access.createLink()}` })).status).toBe(
    404,
  );
});
