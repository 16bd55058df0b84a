import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { decodeJoinToken, type CreatedJoinToken } from '@meshdeck/shared';
import { createIdentity, type IdentityPem } from '@meshdeck/shared/runtime/identity';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { loadHubConfig } from '../config/index.js';
import { createHub } from '../hub.js';
import { fingerprintOf } from '../identity/peer.js';

const logger = pino({ level: 'silent' });
const secret = 'what lies beside the files';
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
const hash = 'a'.repeat(64);
const files = ['token', 'hub-key.pem', 'secret.txt'];

/** Names that would be something else to a file system, as they stand on the wire. */
const ways = [
  ...['../', '../../', '../../../'].flatMap((up) => files.map((file) => up + file)),
  ...['%2e%2e%2f', '..%2f', '%2E%2E%5C', '..%5c', '..\\', '....//', '..%252f', '%c0%ae%c0%ae/'].flatMap(
    (up) => files.map((file) => up + up + file),
  ),
  '%00',
  `${hash}%00`,
  `..%00/token`,
  `${hash}%00.txt`,
  '%2fetc%2fpasswd',
  '/etc/passwd',
  '//etc/passwd',
  'C:%5cWindows%5cwin.ini',
  '%5c%5cserver%5cshare',
  hash.toUpperCase(),
  `${hash}/..`,
  `${hash}%2f..%2f..%2ftoken`,
  `${hash}%0a`,
  '.',
  '..',
  '%2e',
  '%',
  '%zz',
  '',
  'a'.repeat(65),
  'a'.repeat(4000),
];

/** Every file below a folder, with what it holds. */
async function filesIn(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(found.map(async (file) => [file, await readFile(file, 'latin1')] as const)),
  );
}

/** A hub with files beside those it hands out, and machines that speak bytes. */
async function openHub() {
  const folder = await mkdtemp(join(tmpdir(), 'meshdeck-machines-door-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [dataDir, agentDir] = [join(folder, 'data'), join(folder, 'agent')];
  await mkdir(dataDir);
  await mkdir(agentDir);
  for (const dir of [folder, dataDir]) await writeFile(join(dir, 'secret.txt'), secret);
  const agent = 'the agent, packed';
  await writeFile(join(agentDir, 'agent.tar.gz'), agent);
  const described = { version: '9.9.9', sha256: sha256(agent), bytes: agent.length };
  await writeFile(join(agentDir, 'agent.json'), JSON.stringify(described));
  const ports = { port: '0', tlsPort: '0', mqttPort: '0', sensorPort: '0' };
  const config = loadHubConfig({
    flags: { dataDir, ...ports, interface: '127.0.0.1', lanHost: '127.0.0.1', mdns: false, https: false },
    env: {},
  });
  const none = join(folder, 'none');
  const hub = createHub(config, { logger, uiDir: none, samplesDir: none, agentDir });
  onTestFinished(() => hub.stop());
  const ready = await hub.start();
  const token = (await readFile(join(dataDir, 'token'), 'utf8')).trim();
  const { port } = new URL(ready.tls);

  /** The request line goes out as it is; the answer comes back as it is. */
  async function send(own: IdentityPem | null, method: string, path: string, body = ''): Promise<string> {
    const socket = connect({
      host: '127.0.0.1',
      port: Number(port),
      rejectUnauthorized: false,
      ...(own !== null && { key: own.privateKeyPem, cert: own.certificatePem }),
    });
    const answer = text(socket);
    const about = `host: 127.0.0.1:${port}\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}`;
    const type = method === 'POST' ? '\r\ncontent-type: application/json' : '';
    socket.write(`${method} ${path} HTTP/1.1\r\n${about}${type}\r\n\r\n${body}`);
    return answer;
  }

  async function newToken() {
    const answer = await fetch(`${ready.url}/api/v1/join-tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ uses: 1, ttlSeconds: 600 }),
    });
    return decodeJoinToken(((await answer.json()) as CreatedJoinToken).token);
  }

  async function joinMachine(name: string): Promise<IdentityPem> {
    const own = await createIdentity({ commonName: name, now: new Date() });
    const { tokenId, secret: opens } = await newToken();
    const hello = { name, version: '0.1.0', platform: 'linux-x64', slots: 1, labels: {} };
    const join = { tokenId, secret: opens };
    const body = JSON.stringify({
      ...hello,
      instanceId: randomUUID().replaceAll('-', '').slice(0, 16),
      join,
    });
    expect(await send(own, 'POST', '/agent/v1/hello', body)).toMatch(/^HTTP\/1\.1 200 /);
    return own;
  }
  const secrets = [secret, token, 'PRIVATE KEY', 'root:'];
  return { dataDir, send, newToken, joinMachine, secrets };
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
const isRefused = (answer: string) => statusOf(answer) >= 400 && statusOf(answer) < 500;

it('gives machines no file by a path, and puts none at one', async () => {
  const { dataDir, send, joinMachine, secrets } = await openHub();
  const machine = await joinMachine('bench-1');
  // That it joined is written down a moment later.
  const before = await vi.waitFor(async () => {
    const found = await filesIn(join(dataDir, '..'));
    expect([...found.keys()].filter((file) => file.includes(join(dataDir, 'audit')))).toHaveLength(1);
    return found;
  }, 10_000);
  for (const way of ways) {
    for (const [method, path] of [
      ['GET', `/agent/v1/files/${way}`],
      ['HEAD', `/agent/v1/files/${way}`],
      ['PUT', `/agent/v1/files/${way}`],
      ['PUT', `/agent/v1/files/${hash}/../${way}`],
      ['GET', `/agent/v1/pairing/${way}`],
    ] as const) {
      const answer = await send(machine, method, path, method === 'PUT' ? 'planted' : '');
      expect([method, path, isRefused(answer) ? 'refused' : answer]).toEqual([method, path, 'refused']);
      expect([path, secrets.filter((known) => answer.includes(known))]).toEqual([path, []]);
    }
  }
  const after = await filesIn(join(dataDir, '..'));
  const planted = [...after].filter(([, content]) => content.includes('planted')).map(([file]) => file);
  expect(planted).toEqual([]);
  expect([...after.keys()].filter((file) => !before.has(file))).toEqual([]);
});

it('gives whoever holds a join token the agent and nothing beside it', async () => {
  const { send, newToken, secrets } = await openHub();
  const { tokenId, secret: opens } = await newToken();
  const good = `/join/${tokenId}.${opens}`;
  expect(await send(null, 'GET', `${good}/agent.tar.gz`)).toContain('the agent, packed');
  for (const way of ways) {
    for (const path of [`${good}/${way}`, `${good}/agent.tar.gz/${way}`, `${good}/onnx-${way}.tar.gz`]) {
      const answer = await send(null, 'GET', path);
      expect([path, isRefused(answer) ? 'refused' : answer]).toEqual([path, 'refused']);
      expect([path, secrets.filter((known) => answer.includes(known))]).toEqual([path, []]);
    }
  }
});

it('takes no path for a join token, and tells who tries too often to wait', async () => {
  const { send, secrets } = await openHub();
  const statuses = new Set<number>();
  for (const way of ways) {
    const answer = await send(null, 'GET', `/join/${way}/install.sh`);
    statuses.add(statusOf(answer));
    expect([way, secrets.filter((known) => answer.includes(known))]).toEqual([way, []]);
  }
  expect([...statuses].filter((status) => status < 400 || status >= 500)).toEqual([]);
  expect(statuses).toContain(429);
});

it("gives a machine nothing of another's that it cannot name by its hash, and a stranger nothing at all", async () => {
  const { send, joinMachine } = await openHub();
  const [owner, other] = [await joinMachine('bench-1'), await joinMachine('bench-2')];
  const content = 'row,label\n1,7\n';
  const name = sha256(content);
  expect(statusOf(await send(owner, 'PUT', `/agent/v1/files/${name}`, content))).toBe(201);
  const fingerprint = fingerprintOf(new X509Certificate(owner.certificatePem).publicKey);
  for (const way of [fingerprint, name.slice(0, 63), `${name.slice(0, 2)}/${name.slice(2)}`, 'bench-1']) {
    const answer = await send(other, 'GET', `/agent/v1/files/${way}`);
    expect([way, answer.includes(content), statusOf(answer) >= 400]).toEqual([way, false, true]);
  }
  const stranger = await createIdentity({ commonName: 'stranger', now: new Date() });
  expect(statusOf(await send(stranger, 'GET', `/agent/v1/files/${name}`))).toBe(403);
  expect(statusOf(await send(null, 'GET', `/agent/v1/files/${name}`))).toBe(401);
});
