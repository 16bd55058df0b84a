import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { callHub } from '@meshdeck/testing/mesh';
import { person } from '@meshdeck/testing/people';
import { expect, needsChromium, test } from './support/fixtures.js';
import { callFrom } from './support/page-call.js';

needsChromium();

/** A program that serves one page on another port of the hub's own computer, as a job may; keeps what browsers send it. */
async function servePage(html: (request: IncomingMessage) => string) {
  const cookies = new Set<string>();
  const server = createServer((request, response) => {
    if (request.headers.cookie !== undefined) cookies.add(request.headers.cookie);
    response.setHeader('content-type', 'text/html');
    response.end(html(request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, cookies, stop: () => void server.close() };
}

test('a job’s page on another port of this computer gets the cookie, and becomes nobody by it', async ({
  hub,
  ui,
}) => {
  await expect(ui.getByRole('heading', { name: 'Machines', level: 1 })).toBeVisible();
  const job = await servePage(() => '<title>job</title>');
  try {
    const tab = await ui.context().newPage();
    await tab.goto(`http://127.0.0.1:${job.port}/`);
    await tab.evaluate(() => fetch('/again'));
    const [cookie = ''] = job.cookies;
    expect(cookie).toMatch(/^meshdeck_\w+=[\w-]{43}$/);
    // What it holds of the browser's storage is its own.
    expect(await tab.evaluate(() => localStorage.length)).toBe(0);
    await tab.close();

    const headers = { cookie, origin: hub.ready.url, 'sec-fetch-site': 'same-origin' };
    for (const [method, path] of [
      ['GET', '/me'],
      ['GET', '/nodes'],
      ['GET', '/audit/export?format=csv'],
      ['POST', '/ui-links'],
      ['POST', '/keys'],
    ] as const) {
      const answer = await fetch(`${hub.ready.url}/api/v1${path}`, { method, headers });
      expect([path, answer.status]).toEqual([path, 401]);
    }
    const upgrade = await new Promise<string>((resolve) => {
      const { host, port } = new URL(hub.ready.url);
      const socket = connect(Number(port), '127.0.0.1');
      socket.once('data', (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.write(
        [
          'GET /mqtt HTTP/1.1',
          `Host: ${host}`,
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
          'Sec-WebSocket-Protocol: mqtt',
          `Origin: ${hub.ready.url}`,
          `Cookie: ${cookie}`,
          '\r\n',
        ].join('\r\n'),
      );
    });
    expect(upgrade).toMatch(/^HTTP\/1\.1 401 /);
  } finally {
    job.stop();
  }

  // The person goes on: after a reload, in a new tab, live.
  await ui.reload();
  await expect(ui.getByRole('heading', { name: 'Machines', level: 1 })).toBeVisible();
  const second = await ui.context().newPage();
  await second.goto(`${hub.ready.url}/settings`);
  await expect(second.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  expect((await callFrom(second, '/me')).status).toBe(200);
  await second.close();
});

test('a link on another site’s page signs nobody in behind their back, and asks whoever follows it', async ({
  hub,
  ui,
}) => {
  await callHub(hub, '/people', { method: 'POST', json: { ...person, name: 'Eve', role: 'user' } });
  const asked = await callFrom(ui, '/me');
  expect(JSON.parse(asked.text)).toMatchObject({ id: 'local' });

  // Eve makes a link that signs in as her, and has others led to it from a page of her own.
  const eves = await (await ui.context().browser()?.newContext())?.newPage();
  if (eves === undefined) throw new Error('no browser');
  await eves.goto(hub.ready.url);
  await eves.getByLabel(/E-mail address/).fill(person.email);
  await eves.getByLabel('Password', { exact: true }).fill(person.password);
  await eves.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(eves.getByRole('heading', { name: 'Machines', level: 1 })).toBeVisible();
  const made = await callFrom(eves, '/ui-links', {});
  const evesLink = (JSON.parse(made.text) as { url: string }).url;
  const { url: ownLink } = await callHub<{ url: string }>(hub, '/ui-links', { method: 'POST' });
  const to = (link: string) => `<meta http-equiv="refresh" content="0; url=${link}">`;
  const site = await servePage(({ url }) => to(url === '/eve' ? evesLink : ownLink));
  try {
    // By another name of this host: to browsers another site.
    await ui.goto(`http://localhost:${site.port}/eve`);
    await expect(ui.getByRole('heading', { name: 'Sign in as Eve?' })).toBeVisible();
    await expect(ui.getByText('Until then you are signed in here as This computer.')).toBeVisible();
    expect(JSON.parse((await callFrom(ui, '/me')).text)).toMatchObject({ id: 'local' });
    await ui.getByRole('link', { name: 'Leave, and stay as I am' }).click();
    await expect(ui.getByRole('heading', { name: 'Machines', level: 1 })).toBeVisible();

    // A link of this computer needs no click, unless another site led there; then it is one.
    await eves.goto(`http://localhost:${site.port}/own`);
    await expect(eves.getByRole('heading', { name: 'Sign in as This computer?' })).toBeVisible();
    expect(JSON.parse((await callFrom(eves, '/me')).text)).toMatchObject({ name: 'Eve' });
    await eves.getByRole('button', { name: 'Sign in as This computer' }).click();
    await expect(eves.getByRole('heading', { name: 'Machines', level: 1 })).toBeVisible();
    expect(JSON.parse((await callFrom(eves, '/me')).text)).toMatchObject({ id: 'local' });
  } finally {
    site.stop();
  }
});
