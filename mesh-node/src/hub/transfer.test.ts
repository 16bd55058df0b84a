import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createIdentity } from '@meshdeck/shared/runtime/identity';
import { expect, it, onTestFinished } from 'vitest';
import { fingerprintOf } from '../join/identity.js';
import { trustedTls } from '../join/trusted-tls.js';
import { temporaryFolder, testHub } from '../testing/test-agent.js';
import type { FakeHub } from '../testing/fake-hub.js';
import { downloadFile } from './download.js';
import { createHubEndpoint } from './request.js';
import { uploadFile } from './upload.js';

const signal = new AbortController().signal;

async function endpointOf(hub: FakeHub) {
  const pem = await createIdentity({ commonName: 'agent', now: new Date() });
  const fingerprint = fingerprintOf(new X509Certificate(pem.certificatePem));
  const tls = trustedTls({ ...pem, fingerprint, nodeId: 'a'.repeat(26) }, hub.identity.certificatePem);
  const endpoint = createHubEndpoint({ host: '127.0.0.1', port: hub.tlsPort }, tls);
  onTestFinished(() => endpoint.agent.destroy());
  return () => Promise.resolve(endpoint);
}

const bigFile = () => randomBytes(3_000_000);
const referenceTo = (data: Buffer) => ({
  sha256: createHash('sha256').update(data).digest('hex'),
  bytes: data.length,
  name: 'big.bin',
});

it('continues a download that was cut, and has every byte in its place', async () => {
  const hub = await testHub();
  const data = bigFile();
  const file = hub.putFile('big.bin', data);
  hub.files.cutDownloadsAfter = [1_000_000, 500_000];
  const partPath = join(await temporaryFolder(), 'part');
  await downloadFile({ endpoint: await endpointOf(hub), file, partPath, signal });
  expect((await readFile(partPath)).equals(data)).toBe(true);
  expect(hub.files.requests).toHaveLength(3);
  expect(hub.files.requests[0]).toBe('GET 200');
  expect(hub.files.requests.slice(1).every((line) => line.startsWith('GET 206 from '))).toBe(true);
});

it('continues what an earlier run of the agent left', async () => {
  const hub = await testHub();
  const data = bigFile();
  const file = hub.putFile('big.bin', data);
  const partPath = join(await temporaryFolder(), 'part');
  await writeFile(partPath, data.subarray(0, 2_000_000));
  await downloadFile({ endpoint: await endpointOf(hub), file, partPath, signal });
  expect(hub.files.requests).toEqual(['GET 206 from 2000000']);
  expect((await readFile(partPath)).equals(data)).toBe(true);
});

it('fetches a damaged file once more, and refuses it when it is damaged again', async () => {
  const hub = await testHub();
  const file = hub.putFile('big.bin', bigFile());
  const endpoint = await endpointOf(hub);
  const folder = await temporaryFolder();
  hub.files.damageDownloads = 1;
  await downloadFile({ endpoint, file, partPath: join(folder, 'one'), signal });
  hub.files.damageDownloads = 2;
  const second = downloadFile({ endpoint, file, partPath: join(folder, 'two'), signal });
  await expect(second).rejects.toMatchObject({ code: 'hash-mismatch' });
});

it('passes on the hub’s no at once', async () => {
  const hub = await testHub();
  const file = referenceTo(bigFile());
  const partPath = join(await temporaryFolder(), 'part');
  const download = downloadFile({ endpoint: await endpointOf(hub), file, partPath, signal });
  await expect(download).rejects.toMatchObject({ code: 'not-found', message: 'The hub has no such file.' });
});

it('gives up when nothing arrives for too long', async () => {
  const hub = await testHub();
  const file = hub.putFile('big.bin', bigFile());
  hub.files.cutDownloadsAfter = Array.from({ length: 50 }, () => 0);
  const partPath = join(await temporaryFolder(), 'part');
  const download = downloadFile({ endpoint: await endpointOf(hub), file, partPath, signal, patienceMs: 500 });
  await expect(download).rejects.toMatchObject({ code: 'transfer-failed' });
});

it('ends with its signal', async () => {
  const hub = await testHub();
  const file = hub.putFile('big.bin', bigFile());
  hub.files.cutDownloadsAfter = Array.from({ length: 50 }, () => 0);
  const control = new AbortController();
  const partPath = join(await temporaryFolder(), 'part');
  const download = downloadFile({ endpoint: await endpointOf(hub), file, partPath, signal: control.signal });
  await expect.poll(() => hub.files.requests.length).toBeGreaterThan(0);
  control.abort(new Error('enough'));
  await expect(download).rejects.toThrow();
});

it('continues an upload that was cut', async () => {
  const hub = await testHub();
  const data = bigFile();
  const file = referenceTo(data);
  const path = join(await temporaryFolder(), 'result');
  await writeFile(path, data);
  hub.files.cutUploadsAfter = [1_000_000, 700_000];
  await uploadFile({ endpoint: await endpointOf(hub), file, path, signal });
  expect(hub.files.requests).toEqual(['PUT at 0', 'PUT at 1000000', 'PUT at 1700000']);
  expect(hub.files.stored.get(file.sha256)?.equals(data)).toBe(true);
});

it('uploads nothing that the hub has already, and an empty rest where only the end was lost', async () => {
  const hub = await testHub();
  const data = bigFile();
  const file = referenceTo(data);
  const path = join(await temporaryFolder(), 'result');
  await writeFile(path, data);
  hub.files.partial.set(file.sha256, data);
  const endpoint = await endpointOf(hub);
  await uploadFile({ endpoint, file, path, signal });
  await uploadFile({ endpoint, file, path, signal });
  expect(hub.files.requests).toEqual([`PUT at ${data.length}`]);
});
