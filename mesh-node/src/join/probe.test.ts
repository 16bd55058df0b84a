import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { setTimeout as pause } from 'node:timers/promises';
import { createIdentity } from '@meshdeck/shared/runtime/identity';
import { expect, it, onTestFinished } from 'vitest';
import { probeHub } from './probe.js';

async function listen(server: Server): Promise<number> {
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A hub that takes every call at once and does not get round to answering it before `ms` have gone. */
async function busyHub(ms: number): Promise<{ host: string; port: number }> {
  const { certificatePem: cert, privateKeyPem: key } = await createIdentity({
    commonName: 'hub',
    now: new Date(),
  });
  const hub = await listen(createTlsServer({ cert, key }, (socket) => socket.on('error', () => undefined)));
  const port = await listen(
    createServer((caller) => {
      caller.on('error', () => undefined);
      void pause(ms).then(() => {
        const onward = connect(hub, '127.0.0.1').on('error', () => undefined);
        caller.pipe(onward).pipe(caller);
      });
    }),
  );
  return { host: '127.0.0.1', port };
}

const { signal } = new AbortController();

it('waits for a hub that has taken the call and has a whole room to let in', async () => {
  const address = await busyHub(600);
  const { fingerprint } = await probeHub(address, { timeoutMs: 200, busyTimeoutMs: 20_000, signal });
  expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
});

it('gives up on one that takes longer than it may', async () => {
  const address = await busyHub(5000);
  await expect(probeHub(address, { timeoutMs: 100, busyTimeoutMs: 300, signal })).rejects.toMatchObject({
    code: 'hub-unreachable',
  });
});
