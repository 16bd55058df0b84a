import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request, type RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { curlPin, decodeJoinToken, joinLines } from '@meshdeck/shared';
import { createIdentity } from '@meshdeck/shared/identity';
import { pino } from 'pino';
import { create, list } from 'tar';
import { expect, it, onTestFinished } from 'vitest';
import { openServices } from '../http/fixtures/hub-services.js';
import { createAgentApi } from '../http/index.js';
import { certificateFingerprint } from '../identity/peer.js';
import { createJoinTokens, joinTokenDocumentSchema } from '../pairing/join-tokens.js';
import { openCollection } from '../stores/documents.js';
import { createAgentPackage } from './agent-package.js';
import { createWrongTokenLimit } from '../rate-limits/wrong-token-limit.js';

const logger = pino({ level: 'silent' });
const run = promisify(execFile);

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'meshdeck-joining-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A hub's door for machines, with an agent to hand out. */
async function openDoor(options: { withAgent?: boolean } = {}) {
  const folder = await temporaryFolder();
  const dir = join(folder, 'package');
  await mkdir(dir);
  if (options.withAgent !== false) {
    await writeFile(join(folder, 'cli.js'), 'console.log("agent")\n');
    await create({ file: join(dir, 'agent.tar.gz'), cwd: folder, gzip: true }, ['cli.js']);
    const bytes = await readFile(join(dir, 'agent.tar.gz'));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await writeFile(
      join(dir, 'agent.json'),
      JSON.stringify({ version: '9.9.9', sha256, bytes: bytes.length }),
    );
  }
  let time = 1_000_000;
  const identity = await createIdentity({ commonName: 'hub', now: new Date() });
  const fingerprint = certificateFingerprint(identity.certificatePem);
  const { services } = await openServices();
  const tokens = await createJoinTokens({
    collection: await openCollection({
      dir: folder,
      name: 'tokens',
      schema: joinTokenDocumentSchema,
      logger,
    }),
    hubFingerprint: fingerprint,
    addresses: () => [`127.0.0.1:${port}`],
    now: () => time,
  });
  const api = await createAgentApi({
    services,
    tls: { key: identity.privateKeyPem, cert: identity.certificatePem },
    logger,
    joining: {
      package: createAgentPackage({ dir, cacheDir: join(folder, 'downloads'), from: import.meta.filename }),
      tokens,
      hub: { name: `Lab "2" $(reboot) 'x'`, fingerprint },
      noteFailure: createWrongTokenLimit(logger),
    },
  });
  onTestFinished(() => api.close());
  await api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.server.address() as AddressInfo;

  /** As curl does it: no certificate of our own. */
  const get = (path: string, more: RequestOptions = {}) =>
    new Promise<{ status: number; body: Buffer }>((resolve, reject) => {
      const outgoing = request({
        host: '127.0.0.1',
        port,
        path,
        rejectUnauthorized: false,
        agent: false,
        ...more,
      });
      outgoing.once('error', reject);
      outgoing.once('response', (incoming) => {
        buffer(incoming).then((body) => resolve({ status: incoming.statusCode ?? 0, body }), reject);
      });
      outgoing.end();
    });
  const newToken = async (uses = 1) => {
    const { token } = await tokens.create({ uses, ttlSeconds: 60 });
    const { tokenId, secret } = decodeJoinToken(token);
    return { token, tokenId, secret, path: `/join/${tokenId}.${secret}` };
  };
  return { folder, fingerprint, port, tokens, get, newToken, advance: (ms: number) => (time += ms) };
}

it('hands the agent and a script to whoever brings a good token, and takes no use off it', async () => {
  const { get, newToken, tokens, fingerprint, port, folder } = await openDoor();
  const { path, token } = await newToken();
  const script = await get(`${path}/install.sh`);
  expect(script.status).toBe(200);
  const text = script.body.toString();
  expect(text).toContain(`base_url='https://127.0.0.1:${port}${path}'`);
  expect(text).toContain(curlPin(fingerprint));
  expect(text).toContain(token);
  const agent = await get(`${path}/agent.tar.gz`);
  expect(text).toContain(createHash('sha256').update(agent.body).digest('hex'));
  await writeFile(join(folder, 'fetched.tar.gz'), agent.body);
  const names: string[] = [];
  await list({ file: join(folder, 'fetched.tar.gz'), onReadEntry: (entry) => names.push(entry.path) });
  expect(names).toEqual(['cli.js']);
  expect(tokens.list()[0]?.usesLeft).toBe(1);
});

it('makes scripts that a shell reads as they are meant, whatever the hub is called', async () => {
  const { get, newToken, folder } = await openDoor();
  const { path } = await newToken();
  const file = join(folder, 'install.sh');
  await writeFile(file, (await get(`${path}/install.sh`)).body);
  await run('sh', ['-n', file]);
  const { stdout } = await run('sh', [
    '-c',
    `main() { :; }; eval "$(sed '/^main() {/,$d' "$0")"; printf %s "$hub"`,
    file,
  ]);
  expect(stdout).toBe(`Lab "2" $(reboot) 'x'`);
  expect((await get(`${path}/install.ps1`)).body.toString()).toContain(`$hub = 'Lab "2" $(reboot) ''x'''`);
});

it.each([
  [
    'unknown',
    async ({ newToken }) => (await newToken()).path.replace('/join/', '/join/').slice(0, -4) + 'AAAA',
    /does not know/,
  ],
  [
    'expired',
    async ({ newToken, advance }) => {
      const { path } = await newToken();
      advance(61_000);
      return path;
    },
    /expired/,
  ],
  [
    'revoked',
    async ({ newToken, tokens }) => {
      const { path, tokenId } = await newToken();
      await tokens.revoke(tokenId);
      return path;
    },
    /does not know/,
  ],
  [
    'used up',
    async ({ newToken, tokens }) => {
      const { path, tokenId, secret } = await newToken();
      await tokens.redeem(tokenId, secret);
      return path;
    },
    /used up/,
  ],
  ['no token at all', async () => '/join/x', /does not know/],
] satisfies [string, (door: Awaited<ReturnType<typeof openDoor>>) => Promise<string>, RegExp][])(
  'says no to a token that is %s, in words the script prints',
  async (_what, prepare, sentence) => {
    const door = await openDoor();
    const path = await prepare(door);
    const script = await door.get(`${path}/install.sh`);
    expect(script.status).toBe(403);
    const failed = (await run('sh', ['-c', script.body.toString()]).catch((error: unknown) => error)) as {
      code: number;
      stderr: string;
    };
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(sentence);
    expect(script.body.toString()).not.toMatch(/mdj1_|pin=/);
    for (const file of ['agent.tar.gz', 'onnx-linux-x64.sha256', 'onnx-linux-x64.tar.gz']) {
      expect((await door.get(`${path}/${file}`)).status).toBe(403);
    }
  },
);

it('slows down whoever keeps bringing wrong tokens, and nobody else’s good one', async () => {
  const { get, newToken } = await openDoor();
  const { path } = await newToken();
  const wrong = `/join/abcd1234.${'x'.repeat(32)}/install.sh`;
  for (let tries = 0; tries < 30; tries += 1) expect((await get(wrong)).status).toBe(403);
  const limited = await get(wrong);
  expect(limited.status).toBe(429);
  expect(limited.body.toString()).toContain('Try again in');
  expect((await get(`${path}/install.sh`)).status).toBe(200);
});

it('puts no host into the script that is none', async () => {
  const { get, newToken } = await openDoor();
  const { path } = await newToken();
  for (const host of [`x'; reboot; '`, '$(reboot)', 'a b']) {
    const answer = await get(`${path}/install.sh`, { headers: { host } });
    expect(answer.status).toBe(403);
    expect(answer.body.toString()).not.toContain('reboot');
  }
});

it('packs the ONNX runtime of a platform when it is asked for', { timeout: 60_000 }, async () => {
  const { get, newToken, folder } = await openDoor();
  const { path } = await newToken();
  const platform = `${process.platform}-${process.arch}`;
  const [sum, part] = await Promise.all([
    get(`${path}/onnx-${platform}.sha256`),
    get(`${path}/onnx-${platform}.tar.gz`),
  ]);
  expect([sum.status, part.status]).toEqual([200, 200]);
  expect(createHash('sha256').update(part.body).digest('hex')).toBe(sum.body.toString());
  const file = join(folder, 'onnx.tar.gz');
  await writeFile(file, part.body);
  await run('tar', ['-xzf', file, '-C', folder]);
  const { stdout } = await run(process.execPath, [
    '-e',
    'process.stdout.write(typeof require(process.argv[1]).InferenceSession.create)',
    join(folder, 'node_modules/onnxruntime-node'),
  ]);
  expect(stdout).toBe('function');
  expect((await get(`${path}/onnx-plan9-x64.tar.gz`)).status).toBeGreaterThanOrEqual(400);
});

it('says that it has no agent to hand out', async () => {
  const { get, newToken } = await openDoor({ withAgent: false });
  const { path } = await newToken();
  const answer = await get(`${path}/install.sh`);
  expect(answer.status).toBe(404);
  expect(answer.body.toString()).toContain('npm run build');
});

it('writes lines that pin the hub’s key', async () => {
  const { newToken, fingerprint, port } = await openDoor();
  const { token, path } = await newToken();
  const pin = `sha256//${Buffer.from(fingerprint, 'hex').toString('base64')}`;
  expect(joinLines(token)?.shell).toBe(
    `printf 'url = "%s"' https://127.0.0.1:${port}${path}/install.sh | curl -sSk --pinnedpubkey '${pin}' -K - | sh`,
  );
  expect(joinLines(token, '10.0.0.1:7421')?.powershell).toContain(`https://10.0.0.1:7421${path}/install.ps1`);
});
