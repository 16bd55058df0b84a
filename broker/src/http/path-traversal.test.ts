import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openPeopleHub } from './fixtures/people-hub.js';

const secret = 'what lies beside the pages';
const ways = [
  '../secret.txt',
  '..%2fsecret.txt',
  '%2e%2e%2fsecret.txt',
  '%2e%2e/secret.txt',
  '..%5csecret.txt',
  '..\\secret.txt',
  '....//secret.txt',
  '..%252fsecret.txt',
  '%c0%ae%c0%ae/secret.txt',
  '..%00/secret.txt',
  '%2fetc%2fpasswd',
];

async function openHub() {
  const folder = await mkdtemp(join(tmpdir(), 'meshdeck-pages-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const uiDir = join(folder, 'ui');
  await mkdir(join(uiDir, 'assets'), { recursive: true });
  await writeFile(join(uiDir, 'index.html'), '<!doctype html><p>the page</p>');
  await writeFile(join(folder, 'secret.txt'), secret);
  return openPeopleHub({ uiDir });
}

it('gives no file beside its pages', async () => {
  const { ask } = await openHub();
  for (const way of ways) {
    for (const path of [`/${way}`, `/assets/${way}`, `/assets/../${way}`, `//${way}`]) {
      for (const accept of ['text/html', '*/*']) {
        const answer = await ask({ path, headers: { accept } });
        expect([path, answer.body.includes(secret)]).toEqual([path, false]);
        expect([path, answer.status === 200 && !answer.body.includes('the page')]).toEqual([path, false]);
      }
    }
  }
});

it('takes no path for the name of anything, in any call, of whoever may do everything', async () => {
  const { withToken } = await openHub();
  const { paths } = JSON.parse((await withToken({ path: '/api/openapi.json' })).body) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const named = Object.entries(paths).filter(([path]) => path.includes('{'));
  expect(named.length).toBeGreaterThan(20);
  for (const [path, calls] of named) {
    if (!('get' in calls)) continue;
    for (const way of ways) {
      const filled = path.replaceAll(/\{[^}]+\}/g, way);
      const answer = await withToken({ path: filled });
      expect([filled, answer.body.includes(secret), answer.body.includes('root:')]).toEqual([
        filled,
        false,
        false,
      ]);
      expect([filled, answer.status < 500]).toEqual([filled, true]);
    }
  }
});
