import { createHash, X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createIdentity } from '@meshdeck/shared/runtime/identity';
import { expect, it, onTestFinished } from 'vitest';
import { runCommandLine } from '../run-command-line.js';
import { recordingContext } from '../testing.js';

/** A hub elsewhere whose certificate nobody vouches for, and what was asked of it. */
async function openHub() {
  const identity = await createIdentity({ commonName: 'hub', now: new Date(), hostnames: ['127.0.0.1'] });
  const asked: string[] = [];
  const hub = createServer(
    { cert: identity.certificatePem, key: identity.privateKeyPem },
    (request, response) => {
      asked.push(request.url ?? '');
      response.end(JSON.stringify({ entries: [], nextBefore: null }));
    },
  );
  await new Promise<void>((done) => hub.listen(0, '127.0.0.1', done));
  onTestFinished(() => void hub.close());
  const { raw } = new X509Certificate(identity.certificatePem);
  return {
    asked,
    url: `https://127.0.0.1:${(hub.address() as AddressInfo).port}`,
    fingerprint: createHash('sha256').update(raw).digest('hex'),
  };
}

async function audit(...args: string[]) {
  const { context, noted } = recordingContext({ MESHDECK_TOKEN: 'mdk_key' });
  return { code: await runCommandLine(['audit', ...args], context), noted: noted.join('\n') };
}

it('believes the hub whose fingerprint was given, and asks for what the flags say and nothing more', async () => {
  const { asked, url, fingerprint } = await openHub();
  const done = await audit(
    '--hub',
    url,
    '--fingerprint',
    fingerprint,
    '--user',
    'eve',
    '--limit',
    '5',
    '--json',
  );
  expect(done).toEqual({ code: 0, noted: '' });
  expect(asked).toHaveLength(1);
  const query = Object.fromEntries(new URL(asked[0] ?? '', url).searchParams);
  expect(query).toEqual({ user: 'eve', limit: '5' });
});

it('asks nothing of a hub with another certificate than the one compared', async () => {
  const { asked, url } = await openHub();
  const { code, noted } = await audit('--hub', url, '--fingerprint', 'ab'.repeat(32));
  expect([code, asked]).toEqual([1, []]);
  expect(noted).toContain('shows another certificate');
});
