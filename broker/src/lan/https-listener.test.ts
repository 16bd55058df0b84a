import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { originKeyHeader, type HubView } from '@meshdeck/shared';
import { createIdentity } from '@meshdeck/shared/runtime/identity';
import { certificateFor } from '@meshdeck/testing/network';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCommandLine } from '../cli/run-command-line.js';
import { recordingContext } from '../cli/testing.js';
import { loadHubConfig, type HubFlags } from '../config/index.js';
import { createHub } from '../hub.js';
import { certificateFingerprint } from '../identity/peer.js';
import { createCertificateReloader } from './certificate-reloader.js';
import { loadSelfSignedCertificate } from './self-signed-certificate.js';

const password = 'otter volcano spoon';
const logger = pino({ level: 'silent' });

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'meshdeck-lan-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A hub with every door on loopback. */
async function startHub(flags: HubFlags = {}, log = logger) {
  const dataDir = await temporaryFolder();
  const ports = { port: '0', tlsPort: '0', mqttPort: '0', sensorPort: '0', httpsPort: '0' };
  const config = loadHubConfig({
    flags: { dataDir, ...ports, interface: '127.0.0.1', lanHost: '127.0.0.1', mdns: false, ...flags },
    env: {},
  });
  const none = join(dataDir, 'none');
  const hub = createHub(config, { logger: log, uiDir: none, samplesDir: none, agentDir: none });
  onTestFinished(() => hub.stop());
  const ready = await hub.start();
  const token = (await readFile(join(dataDir, 'token'), 'utf8')).trim();

  /** On the hub's own computer. */
  async function local<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${ready.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as T;
  }

  /** From the network. */
  function ask(path: string, options: RequestOptions & { json?: unknown } = {}) {
    const { json, headers, ...rest } = options;
    const body = json === undefined ? undefined : JSON.stringify(json);
    return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
      (resolve, reject) => {
        const outgoing = request(
          {
            host: '127.0.0.1',
            port: new URL(ready.people ?? '').port,
            path,
            rejectUnauthorized: false,
            agent: false,
            ...rest,
            headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
          },
          (incoming) =>
            void text(incoming).then(
              (content) =>
                resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: content }),
              reject,
            ),
        );
        outgoing.once('error', reject);
        outgoing.end(body);
      },
    );
  }
  return { ready, token, dataDir, local, ask };
}

const page = { [originKeyHeader]: 'k'.repeat(43) };
const admin = { email: 'ada@example.org', name: 'Ada', password, role: 'admin' };

describe("people's door to the network", () => {
  it('serves the API over TLS alone, with headers for that door, and asks who comes', async () => {
    const { ready, ask, local } = await startHub();
    expect(ready.people).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect((await ask('/healthz')).status).toBe(200);
    const stranger = await ask('/api/v1/hub');
    expect(stranger.status).toBe(401);
    expect(String(stranger.headers['content-security-policy'])).toContain(
      `wss://${new URL(ready.people ?? '').host}`,
    );
    // A browser held to HTTPS could not get past the warning of a certificate that nobody vouches for.
    expect(stranger.headers['strict-transport-security']).toBeUndefined();
    await expect(fetch(`http://${new URL(ready.people ?? '').host}/healthz`)).rejects.toThrow();
    const { people } = await local<HubView>('GET', '/hub');
    expect(people?.certificate).toMatchObject({ source: 'own', isSelfSigned: true });
    expect(people?.certificate.names).toContain('127.0.0.1');
    // Over the key that machines pin.
    expect(people?.certificate.keyFingerprint).toBe(ready.fingerprint);
  });

  it("takes nothing there that is good on the hub's own computer only", async () => {
    const { ready, ask, token, local } = await startHub();
    const headers = { authorization: `Bearer ${token}` };
    expect((await ask('/api/v1/hub', { headers })).status).toBe(401);
    const { url } = await local<{ url: string }>('POST', '/ui-links');
    const json = { code: new URL(url).searchParams.get('link') ?? '' };
    const origin = ready.people ?? '';
    for (const use of ['look', 'sign-in']) {
      const path = `/api/v1/one-time-links/${use}`;
      const refused = await ask(path, { method: 'POST', json, headers: { origin, ...page } });
      expect([use, refused.status]).toEqual([use, 403]);
      expect(refused.headers['set-cookie']).toBeUndefined();
    }
    // Not used up by that.
    const used = await fetch(`${ready.url}/api/v1/one-time-links/sign-in`, {
      method: 'POST',
      headers: { origin: ready.url, 'content-type': 'application/json', ...page },
      body: JSON.stringify(json),
    });
    expect(used.status).toBe(200);
  });

  it('answers under its own names only', async () => {
    const { ready, ask } = await startHub({ httpsNames: 'lab.example.org' });
    const { port } = new URL(ready.people ?? '');
    const status = async (host: string) => (await ask('/healthz', { headers: { host } })).status;
    expect(ready.people).toBe(`https://lab.example.org:${port}`);
    expect(await status(`127.0.0.1:${port}`)).toBe(200);
    expect(await status(`lab.example.org:${port}`)).toBe(200);
    for (const host of [`evil.example.org:${port}`, '127.0.0.1', '127.0.0.1:1', 'lab.example.org.evil']) {
      expect(await status(host), host).toBe(403);
    }
  });

  it('signs people in with a cookie that only this host gets, only over TLS, and keeps strange pages out', async () => {
    const { ready, ask, local } = await startHub();
    await local('POST', '/people', admin);
    const credentials = { email: admin.email, password };
    const origin = ready.people ?? '';
    const strange = await ask('/api/v1/sign-in', {
      method: 'POST',
      json: credentials,
      headers: { origin: 'https://evil.example.org', ...page },
    });
    expect(strange.status).toBe(403);
    const signedIn = await ask('/api/v1/sign-in', {
      method: 'POST',
      json: credentials,
      headers: { origin, ...page },
    });
    expect(signedIn.status).toBe(200);
    const [cookie = ''] = [signedIn.headers['set-cookie'] ?? []].flat();
    expect(cookie).toMatch(/^__Host-[^;]+; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=\d+$/);
    const [pair = ''] = cookie.split(';');
    expect((await ask('/api/v1/hub', { headers: { cookie: pair, origin, ...page } })).status).toBe(200);
    // Any other port of this host gets the cookie as well, and nothing with it.
    expect((await ask('/api/v1/hub', { headers: { cookie: pair, origin } })).status).toBe(401);
    const elsewhere = { cookie: pair, origin: 'https://evil.example.org', ...page };
    const asked = { method: 'POST', json: { uses: 1, ttlSeconds: 60 }, headers: elsewhere };
    expect((await ask('/api/v1/join-tokens', asked)).status).toBe(403);
    // The plain door on loopback knows the cookie by another name.
    const plain = await fetch(`${ready.url}/api/v1/hub`, { headers: { cookie: pair, ...page } });
    expect(plain.status).toBe(401);
  });

  it("shows the admin's certificate to people and none of it to machines", async () => {
    const folder = await temporaryFolder();
    const { ca, cert, key } = await certificateFor({ type: 'ip', value: '127.0.0.1' });
    const [httpsCertificate, httpsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await writeFile(httpsCertificate, cert);
    await writeFile(httpsKey, key);
    const { ask, local } = await startHub({ httpsCertificate, httpsKey });
    const trusted = await ask('/healthz', { rejectUnauthorized: true, ca });
    expect(trusted.status).toBe(200);
    expect(String(trusted.headers['strict-transport-security'])).toMatch(/^max-age=\d+$/);
    const { people } = await local<HubView>('GET', '/hub');
    expect(people?.certificate).toMatchObject({ source: 'given', isSelfSigned: false });
  });

  it('does not start with a certificate that is none, or of another key, and says so', async () => {
    const folder = await temporaryFolder();
    const [httpsCertificate, httpsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await expect(startHub({ httpsCertificate, httpsKey })).rejects.toThrow(/cannot be read/);
    await expect(startHub({ httpsCertificate })).rejects.toThrow(/give both or neither/);
    const mine = await certificateFor({ type: 'dns', value: 'lab.example.org' });
    const other = await certificateFor({ type: 'dns', value: 'lab.example.org' });
    await writeFile(httpsCertificate, mine.cert);
    await writeFile(httpsKey, other.key);
    await expect(startHub({ httpsCertificate, httpsKey })).rejects.toThrow(/not the one of the certificate/);
    await writeFile(httpsKey, 'nonsense');
    await expect(startHub({ httpsCertificate, httpsKey })).rejects.toThrow(/no private key/);
  });

  it.each([
    ['has expired', -3, /expired on \d{4}-\d\d-\d\d\. Renew it.*hub's own/],
    ['is not good yet', 3, /good from \d{4}-\d\d-\d\d on only\. Check the clock.*hub's own/],
  ])("starts where the admin's certificate %s, shows its own, and says so", async (_how, days, sentence) => {
    const folder = await temporaryFolder();
    const [httpsCertificate, httpsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const name = { type: 'dns', value: 'lab.example.org' } as const;
    const bad = await certificateFor(name, Date.now() + days * 86_400_000);
    await writeFile(httpsCertificate, bad.cert);
    await writeFile(httpsKey, bad.key);
    const lines: string[] = [];
    const heard = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
    const { ready, ask, local, dataDir } = await startHub({ httpsCertificate, httpsKey }, heard);
    expect(lines.join()).toMatch(/certificate cannot be used now/);

    const view = await local<HubView>('GET', '/hub');
    expect(view.people?.certificate).toMatchObject({ source: 'own', isSelfSigned: true });
    expect(view.people?.certificate.keyFingerprint).toBe(ready.fingerprint);
    const door = view.services.find((service) => service.name.startsWith('People on the network'));
    expect(door).toMatchObject({ state: 'degraded', message: expect.stringMatching(sentence) });
    const recorded = recordingContext();
    expect(await runCommandLine(['status', '--data', dataDir], recorded.context)).toBe(0);
    expect(recorded.printed.join()).toMatch(sentence);

    // The machines' door, and people's under the names that they know.
    const { port: machines } = new URL(ready.tls);
    expect((await ask('/agent/v1/hello', { port: machines, method: 'POST' })).status).toBe(401);
    const { port } = new URL(ready.people ?? '');
    const ca = await readFile(join(dataDir, 'people-certificate.pem'));
    for (const host of [`lab.example.org:${port}`, `127.0.0.1:${port}`]) {
      const servername = host.startsWith('lab') ? 'lab.example.org' : '';
      const answer = await ask('/healthz', { rejectUnauthorized: true, ca, servername, headers: { host } });
      expect([host, answer.status]).toEqual([host, 200]);
      // No browser may be held to a certificate that nobody vouches for.
      expect(answer.headers['strict-transport-security']).toBeUndefined();
      expect(answer.body).not.toContain(folder);
    }
  });

  it('loses the oldest of those that say nothing, and lets others in, from the same address too', async () => {
    const { ready, ask } = await startHub();
    const { port } = new URL(ready.people ?? '');
    const open = await Promise.all(
      Array.from({ length: 250 }, async () => {
        const socket = connectTls({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false });
        onTestFinished(() => void socket.destroy());
        socket.on('error', () => undefined);
        await Promise.race([once(socket, 'secureConnect'), once(socket, 'close')]);
        return socket;
      }),
    );
    expect((await ask('/healthz')).status).toBe(200);
    expect((await fetch(`${ready.url}/healthz`)).status).toBe(200);
    await vi.waitFor(() => expect(open.filter((socket) => !socket.destroyed).length).toBeLessThan(200));
  });

  it('is shut by --no-https', async () => {
    const { ready, local } = await startHub({ https: false });
    expect(ready.people).toBeUndefined();
    expect((await local<HubView>('GET', '/hub')).people).toBeNull();
  });
});

it('takes a renewed certificate, and keeps the one before where the new one is no good', async () => {
  const folder = await temporaryFolder();
  const files = { certificateFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  const write = async ({ cert, key }: { cert: string; key: string }) => {
    await writeFile(files.certificateFile, cert);
    await writeFile(files.keyFile, key);
  };
  const certificate = () => certificateFor({ type: 'dns', value: 'lab.example.org' });
  await write(await certificate());
  const makeOwn = () => Promise.reject(new Error('not asked for'));
  let now = Date.now();
  const reloader = await createCertificateReloader({ files, makeOwn, now: () => now, logger });
  const first = reloader.current().fingerprint;
  const heard: string[] = [];
  reloader.onChange(({ fingerprint }) => heard.push(fingerprint));

  await writeFile(files.certificateFile, 'half a certif');
  await reloader.look();
  expect(reloader.current().fingerprint).toBe(first);
  expect(reloader.problem()).toMatch(/not taken, the one before stays/);

  await write(await certificate());
  await reloader.look();
  expect(heard).toEqual([reloader.current().fingerprint]);
  expect(reloader.current().fingerprint).not.toBe(first);
  expect(reloader.problem()).toMatch(/good until .* 0 more days/);
  now += 2 * 86_400_000;
  expect(reloader.problem()).toMatch(/expired on .* Renew it/);
});

it("goes over to the admin's certificate once it has been renewed, telling of the old one once", async () => {
  const folder = await temporaryFolder();
  const files = { certificateFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  const write = async ({ cert, key }: { cert: string; key: string }) => {
    await writeFile(files.certificateFile, cert);
    await writeFile(files.keyFile, key);
  };
  const name = { type: 'dns', value: 'lab.example.org' } as const;
  await write(await certificateFor(name, Date.now() - 3 * 86_400_000));
  const identity = await createIdentity({ commonName: 'hub', now: new Date() });
  const hub = { ...identity, fingerprint: certificateFingerprint(identity.certificatePem) };
  const lines: string[] = [];
  const reloader = await createCertificateReloader({
    files,
    makeOwn: (names) => loadSelfSignedCertificate({ dataDir: folder, identity: hub, names, now: Date.now() }),
    now: Date.now,
    logger: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }),
  });
  expect(reloader.current()).toMatchObject({ source: 'own', names: ['lab.example.org'] });
  await reloader.look();
  await reloader.look();
  expect(lines).toHaveLength(1);
  expect(reloader.problem()).toMatch(/expired on/);

  await write(await certificateFor(name));
  await reloader.look();
  expect(reloader.current().source).toBe('given');
  expect(reloader.problem()).toMatch(/good until .* 1 more days|0 more days/);
  expect(lines).toHaveLength(1);
});
