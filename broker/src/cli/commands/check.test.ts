import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { appManifestSchema, type AppView, type CheckView } from '@meshdeck/shared';
import { expect, it, onTestFinished } from 'vitest';
import { runCommandLine } from '../run-command-line.js';
import { acts, recordingContext, temporaryFolder } from '../testing.js';

const sha256 = 'a'.repeat(64);
const eves: AppView = {
  ...{ name: 'digits', ref: 'evesid/digits', whose: 'other', owner: { id: 'evesid', name: 'Eve' } },
  ...{ title: 'Digits', description: '', version: 'abc', inferred: true, pushedAt: 1, files: [] },
  manifest: appManifestSchema.parse({ name: 'digits', runtime: 'onnx', entry: 'digits.onnx' }),
  bundle: { sha256, bytes: 1, name: 'digits.tar' },
  reading: { delimiter: ';' },
  olderVersions: [],
};
const looked: CheckView = {
  ...{ ok: true, failure: null, preview: null, rows: 1, complete: true, tookMs: 1 },
  reading: {
    ...{ inputs: [], aside: [], outputs: [], values: [], told: {} },
    warnings: ['\u001b]0;all is well\u0007'],
  },
  lines: ['\u009b2J'],
  node: { id: 'a', name: 'bench-1' },
};

/** A hub that has Eve's app and a machine that looks; what was asked of it. */
async function meshdeck(...args: string[]) {
  const asked: [call: string, body: unknown][] = [];
  const hub = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '' } = request;
      if (method !== 'GET') asked.push([`${method} ${url}`, body.startsWith('{') ? JSON.parse(body) : body]);
      const path = url.replace('/api/v1', '').split('?')[0] ?? '';
      const known: Record<string, unknown> = {
        '/apps/Eve%2Fdigits': eves,
        '/apps/evesid%2Fdigits/reading': { ...eves, reading: body.startsWith('{') ? JSON.parse(body) : {} },
        '/files': { sha256, bytes: 4, name: 't.csv' },
        '/checks': looked,
      };
      response.statusCode = path in known ? 200 : 404;
      response.end(
        JSON.stringify(known[path] ?? { code: 'not-found', detail: path, status: 404, title: '' }),
      );
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    hub.closeAllConnections();
    hub.close();
  });
  await new Promise((resolve) => hub.once('listening', resolve));
  const url = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
  const { context, printed, noted } = recordingContext({ MESHDECK_TOKEN: 'x' });
  const exitCode = await runCommandLine([...args, '--hub', url], context);
  return { exitCode, printed, noted, asked };
}

function table(): string {
  const path = join(temporaryFolder(), 't.csv');
  writeFileSync(path, 'x\n1\n');
  return path;
}

it('looks with the very app that was named, says whose it is, and remembers there', async () => {
  const args = ['check', 'Eve/digits', '--input', table(), '--header', 'none', '--remember'];
  const { exitCode, noted, asked } = await meshdeck(...args);
  expect(noted).toEqual([
    'digits is an app of Eve (evesid/digits).',
    'digits of Eve (evesid/digits) remembers: semicolon between columns; no column names.',
  ]);
  expect(exitCode).toBe(0);
  expect(asked.slice(1)).toEqual([
    [
      'POST /api/v1/checks',
      {
        app: { name: 'evesid/digits', version: 'abc' },
        input: { sha256, name: 't.csv' },
        reading: { header: 'none' },
      },
    ],
    ['PUT /api/v1/apps/evesid%2Fdigits/reading', { delimiter: ';', header: 'none' }],
  ]);
});

it('prints its answer as JSON that programs read back exactly, and terminals bear', async () => {
  const { printed } = await meshdeck('check', 'Eve/digits', '--input', table(), '--json');
  expect(JSON.parse(printed.join(''))).toEqual(looked);
  expect(printed.join('')).not.toMatch(acts);
});

it('shows and forgets what the very app remembers that was named', async () => {
  const shown = await meshdeck('apps', 'reading', 'Eve/digits');
  expect(shown).toMatchObject({
    printed: ['semicolon between columns'],
    noted: ['digits is an app of Eve (evesid/digits).'],
    asked: [],
  });
  const forgotten = await meshdeck('apps', 'reading', 'Eve/digits', '--clear');
  expect(forgotten.asked).toEqual([['PUT /api/v1/apps/evesid%2Fdigits/reading', {}]]);
  expect(forgotten.printed).toEqual(['digits of Eve (evesid/digits) remembers nothing.']);
});
