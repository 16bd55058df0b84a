import { createHash, X509Certificate } from 'node:crypto';
import { Agent, request } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { once } from 'node:events';
import { createIdentity, type IdentityPem } from '@meshdeck/shared/runtime/identity';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { fingerprintOf } from '../identity/peer.js';
import { openServices } from './fixtures/hub-services.js';
import { createAgentApi } from './index.js';

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
const identity = (commonName: string) =>
  createIdentity({ commonName, now: new Date(), hostnames: ['127.0.0.1'] });
const fingerprint = ({ certificatePem }: IdentityPem) =>
  fingerprintOf(new X509Certificate(certificatePem).publicKey);

interface Ask {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

async function openAgentHub(options: { uploadLimitBytes?: number } = {}) {
  const { services, calls } = await openServices();
  const hub = await identity('hub');
  const machine = await identity('machine');
  const api = await createAgentApi({
    services,
    tls: { key: hub.privateKeyPem, cert: hub.certificatePem },
    logger: pino({ level: 'silent' }),
    ...options,
  });
  onTestFinished(() => api.close());
  await api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.server.address() as AddressInfo;

  /** As a machine does it: the hub's certificate is the only trusted root. */
  function connector(own: IdentityPem | null) {
    const client = own === null ? {} : { key: own.privateKeyPem, cert: own.certificatePem };
    const agent = new Agent({ ca: hub.certificatePem, keepAlive: true, ...client });
    onTestFinished(() => agent.destroy());
    const open = ({ method = 'GET', path, headers = {} }: Ask) =>
      request({ host: '127.0.0.1', port, method, path, headers, agent });
    const ask = (asked: Ask) =>
      new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
        const outgoing = open(asked);
        outgoing.once('error', reject);
        outgoing.once('response', (incoming) => {
          buffer(incoming).then(
            (body) =>
              resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: body.toString() }),
            reject,
          );
        });
        outgoing.end(asked.body);
      });
    return { open, ask };
  }

  calls.joined.add(fingerprint(machine));
  return { services, calls, hub, machine, port, connector, ...connector(machine) };
}

const hello = {
  instanceId: '0123456789abcdef',
  name: 'bench-1',
  version: '0.1.0',
  platform: 'linux-x64',
  slots: 1,
  labels: {},
};
const postHello = (body: unknown): Ask => ({
  method: 'POST',
  path: '/agent/v1/hello',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

it('knows a machine by the key it holds, on every connection', async () => {
  const { ask, calls, machine } = await openAgentHub();
  const answer = await ask(postHello(hello));
  expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
    200,
    { nodeId: 'a'.repeat(26), mqttPort: 8883 },
  ]);
  expect(calls.hellos).toMatchObject([{ fingerprint: fingerprint(machine), address: '127.0.0.1' }]);
  expect(Buffer.from(calls.hellos[0]?.certificate ?? [])).toEqual(
    new X509Certificate(machine.certificatePem).raw,
  );
  const wrong = await ask(postHello({ ...hello, slots: -1 }));
  expect([wrong.status, JSON.parse(wrong.body)]).toMatchObject([
    400,
    { detail: 'slots must be at least 0.' },
  ]);
});

it('answers nobody without a certificate, and gives files to joined machines only', async () => {
  const { connector, services } = await openAgentHub();
  const file = await services.files.put(
    (async function* () {
      yield Buffer.from('x');
    })(),
  );
  const path = `/agent/v1/files/${file.sha256}`;
  const nobody = connector(null);
  for (const asked of [
    postHello(hello),
    { path },
    { path, method: 'PUT', body: 'x' },
    { path: '/agent/v1/other' },
  ]) {
    const answer = await nobody.ask(asked);
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([401, { code: 'unauthorized' }]);
  }
  const stranger = connector(await identity('stranger'));
  expect((await stranger.ask(postHello(hello))).status).toBe(200);
  expect((await stranger.ask({ path })).status).toBe(403);
  expect((await stranger.ask({ path, method: 'HEAD' })).status).toBe(403);
  expect((await stranger.ask({ path, method: 'PUT', body: 'x' })).status).toBe(403);
});

it('refuses at once a machine that is removed while its connection lasts', async () => {
  const { ask, calls, services } = await openAgentHub();
  const { sha256: name } = await services.files.put(
    (async function* () {
      yield Buffer.from('x');
    })(),
  );
  expect((await ask({ path: `/agent/v1/files/${name}` })).status).toBe(200);
  calls.joined.clear();
  expect((await ask({ path: `/agent/v1/files/${name}` })).status).toBe(403);
});

it('speaks no TLS older than 1.2 and resumes no sessions', async () => {
  const { port, machine, hub } = await openAgentHub();
  const client = {
    host: '127.0.0.1',
    port,
    ca: hub.certificatePem,
    key: machine.privateKeyPem,
    cert: machine.certificatePem,
  };
  const old = connectTls({
    ...client,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
  });
  await expect(once(old, 'secureConnect')).rejects.toThrow();
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const first = connectTls({ ...client, minVersion: version, maxVersion: version });
    const tickets: Buffer[] = [];
    first.on('session', (session: Buffer) => tickets.push(session));
    await once(first, 'secureConnect');
    first.end('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    first.resume();
    await once(first, 'close');
    for (const session of tickets) {
      const second = connectTls({ ...client, session, minVersion: version, maxVersion: version });
      await once(second, 'secureConnect');
      expect(second.isSessionReused()).toBe(false);
      second.destroy();
    }
  }
});

it('gives a file whole, in parts, or tells that it has none', async () => {
  const { ask, services } = await openAgentHub();
  const file = await services.files.put(
    (async function* () {
      yield Buffer.from('0123456789');
    })(),
  );
  const path = `/agent/v1/files/${file.sha256}`;
  const whole = await ask({ path });
  expect([whole.status, whole.body, whole.headers['content-length']]).toEqual([200, '0123456789', '10']);
  for (const [range, status, body, contentRange] of [
    ['bytes=3-5', 206, '345', 'bytes 3-5/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=0-99', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=5-3', 200, '0123456789', undefined],
    ['bytes=0-1,3-4', 200, '0123456789', undefined],
    ['lines=1-2', 200, '0123456789', undefined],
  ] as const) {
    const answer = await ask({ path, headers: { range } });
    expect([range, answer.status, answer.body, answer.headers['content-range']]).toEqual([
      range,
      status,
      body,
      contentRange,
    ]);
  }
  const head = await ask({ path, method: 'HEAD' });
  expect([head.status, head.headers['content-length'], head.headers['upload-offset']]).toEqual([
    200,
    '10',
    undefined,
  ]);
  const missing = await ask({ path: `/agent/v1/files/${sha256('none')}`, headers: { range: 'bytes=5-' } });
  expect([missing.status, JSON.parse(missing.body)]).toMatchObject([404, { code: 'not-found' }]);
  expect((await ask({ path: '/agent/v1/files/..%2f..%2ftoken' })).status).toBe(400);
});

it('continues an upload that was cut off', async () => {
  const { ask, open, services } = await openAgentHub();
  const content = 'row,label\n1,7\n2,3\n';
  const path = `/agent/v1/files/${sha256(content)}`;
  expect((await ask({ path, method: 'HEAD' })).headers['upload-offset']).toBe('0');

  const cut = open({
    path: `${path}?offset=0`,
    method: 'PUT',
    headers: { 'content-length': String(content.length) },
  });
  cut.on('error', () => undefined);
  cut.write(content.slice(0, 10));
  await vi.waitFor(async () => expect(await services.files.partialOffset(sha256(content))).toBe(10));
  cut.destroy();

  await vi.waitFor(async () => {
    const answer = await ask({ path: `${path}?offset=10`, method: 'PUT', body: content.slice(10) });
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
      201,
      { bytes: content.length, sha256: sha256(content) },
    ]);
  });
  expect((await ask({ path })).body).toBe(content);
  const again = await ask({ path, method: 'PUT', body: content });
  expect(again.status).toBe(201);
});

it('goes on with a result that was sent before its hash was known, for the machine that sent it alone', async () => {
  const { ask, connector } = await openAgentHub();
  const content = 'row,label\n1,7\n2,3\n';
  const result = '/agent/v1/results/0123456789-0-1';
  const path = `/agent/v1/files/${sha256(content)}`;
  expect((await ask({ path: result, method: 'PUT', body: content.slice(0, 10) })).status).toBe(202);
  const naming = { path: `${result}?sha256=${sha256(content)}`, method: 'POST' };
  const stranger = connector(await identity('stranger'));
  expect((await stranger.ask(naming)).status).toBe(403);
  expect((await ask(naming)).status).toBe(204);
  expect((await ask({ path, method: 'HEAD' })).headers['upload-offset']).toBe('10');
  const rest = await ask({ path: `${path}?offset=10`, method: 'PUT', body: content.slice(10) });
  expect(rest.status).toBe(201);
  expect((await ask({ path })).body).toBe(content);
  expect((await ask({ path: '/agent/v1/results/..%2fx', method: 'PUT', body: 'x' })).status).toBe(400);
});

it('takes an upload in pieces of any size when it says the whole length', async () => {
  const { ask } = await openAgentHub();
  const path = `/agent/v1/files/${sha256('abcdef')}`;
  const headers = { 'upload-length': '6' };
  const first = await ask({ path: `${path}?offset=0`, method: 'PUT', headers, body: 'abc' });
  expect([first.status, JSON.parse(first.body)]).toMatchObject([503, { code: 'transfer-failed' }]);
  expect((await ask({ path, method: 'HEAD' })).headers['upload-offset']).toBe('3');
  const gap = await ask({ path: `${path}?offset=5`, method: 'PUT', headers, body: 'f' });
  expect([gap.status, JSON.parse(gap.body)]).toMatchObject([409, { code: 'conflict' }]);
  expect((await ask({ path: `${path}?offset=3`, method: 'PUT', headers, body: 'def' })).status).toBe(201);
});

it('refuses an upload that is not what its name says, or too large', async () => {
  const { ask } = await openAgentHub({ uploadLimitBytes: 1000 });
  const path = `/agent/v1/files/${sha256('abc')}`;
  const wrong = await ask({ path, method: 'PUT', body: 'abd' });
  expect([wrong.status, JSON.parse(wrong.body)]).toMatchObject([422, { code: 'hash-mismatch' }]);
  expect((await ask({ path, method: 'HEAD' })).headers['upload-offset']).toBe('0');
  const large = await ask({ path, method: 'PUT', body: 'x'.repeat(1001) });
  expect([large.status, JSON.parse(large.body)]).toMatchObject([413, { code: 'too-large' }]);
  const announced = await ask({ path, method: 'PUT', headers: { 'upload-length': '5000' }, body: 'x' });
  expect(announced.status).toBe(413);
  const unmeasured = await ask({
    path,
    method: 'PUT',
    headers: { 'transfer-encoding': 'chunked' },
    body: 'x',
  });
  expect([unmeasured.status, JSON.parse(unmeasured.body)]).toMatchObject([400, { code: 'invalid-request' }]);
});
