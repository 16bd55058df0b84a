import { join } from 'node:path';
import { root } from '@meshdeck/testing/checkout';
import { privateHubFlags } from '@meshdeck/testing/mesh';
import { page } from '@meshdeck/testing/people';
import { findElectron, startProgram } from '@meshdeck/testing/programs';
import { expect, test } from './support/fixtures.js';

test.skip(findElectron() !== null, 'is about a machine without the Electron binary');

test('says in one line that Electron is not here, and serves the same pages from the hub', async ({
  folder,
}) => {
  const start = startProgram({
    name: 'npm start',
    command: process.execPath,
    args: [join(root, 'scripts/start.mjs'), '--data', join(folder, 'hub'), ...privateHubFlags],
    // No display: the link is printed in place of opening a browser.
    env: { MESHDECK_SKIP_BUILD: '1', DISPLAY: '', WAYLAND_DISPLAY: '' },
  });
  try {
    await expect
      .poll(start.output, { timeout: 30_000 })
      .toMatch(/^.*Electron.*http:\/\/127\.0\.0\.1:\d+\/login\?link=\S+/m);
    const link = /http:\/\/127\.0\.0\.1:\d+\/login\?link=\S+/.exec(start.output())?.[0] ?? '';
    const opened = await fetch(link, { redirect: 'manual' });
    expect(opened.status).toBe(200);
    expect(opened.headers.get('set-cookie')).toBeNull();
    expect(await opened.text()).toContain('<title>Meshdeck');
    const use = () =>
      fetch(new URL('/api/v1/one-time-links/sign-in', link), {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: new URL(link).origin, ...page },
        body: JSON.stringify({ code: new URL(link).searchParams.get('link') }),
      });
    const entered = await use();
    expect(entered.status).toBe(200);
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const nodes = await fetch(new URL('/api/v1/nodes', link), { headers: { cookie, ...page } });
    expect(nodes.status).toBe(200);
    expect((await use()).headers.get('set-cookie')).toBeNull();
  } finally {
    await start.stop();
  }
  expect(await start.exited).toEqual({ code: 0, signal: null });
});
