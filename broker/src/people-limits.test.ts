import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  originKeyHeader,
  type CreatedPerson,
  type FileReference,
  type JobSummary,
  type PersonLimits,
} from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { loadHubConfig } from './config/index.js';
import { createHub } from './hub.js';

const password = 'otter volcano spoon';
const app = 'export {};\n';
const page = { [originKeyHeader]: 'k'.repeat(43) };

/** A hub without machines: jobs wait. Calls as this computer, or as a person by their session. */
async function servingHub() {
  const dataDir = await mkdtemp(join(tmpdir(), 'meshdeck-limits-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const flags = {
    dataDir,
    port: '0',
    tlsPort: '0',
    mqttPort: '0',
    sensorPort: '0',
    httpsPort: '0',
    interface: '127.0.0.1',
  };
  const hub = createHub(loadHubConfig({ flags: { ...flags, mdns: false }, env: {} }), {
    logger: pino({ level: 'silent' }),
    uiDir: join(dataDir, 'no-ui'),
    samplesDir: join(dataDir, 'no-samples'),
    agentDir: join(dataDir, 'no-agent'),
  });
  onTestFinished(() => hub.stop());
  const { url } = await hub.start();
  const token = (await readFile(join(dataDir, 'token'), 'utf8')).trim();

  function caller(headers: Record<string, string>) {
    return async (
      method: string,
      path: string,
      body?: unknown,
    ): Promise<{ status: number; body: unknown }> => {
      const isRaw = typeof body === 'string';
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          origin: url,
          ...headers,
          ...(body !== undefined && { 'content-type': isRaw ? 'text/csv' : 'application/json' }),
        },
        ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
    };
  }
  const computer = caller({ authorization: `Bearer ${token}` });

  async function person(name: string, limits: Partial<PersonLimits> = {}) {
    const email = `${name}@example.org`;
    const made = (await computer('POST', '/people', { email, name, password })).body as CreatedPerson;
    const none = { maxWaitingJobs: null, maxRunningJobs: null, maxUploadBytes: null };
    await computer('PATCH', `/people/${made.person.id}`, { limits: { ...none, ...limits } });
    const signIn = await fetch(`${url}/api/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...page },
      body: JSON.stringify({ email, password }),
    });
    return caller({ cookie: signIn.headers.get('set-cookie')?.split(';')[0] ?? '', ...page });
  }
  return { computer, person };
}

it('holds a person to their limits, and tells which', async () => {
  const { person } = await servingHub();
  const bob = await person('bob', { maxWaitingJobs: 1, maxUploadBytes: 20 });
  expect((await bob('POST', '/apps?filename=copy.mjs', app)).status).toBe(201);
  const input = (await bob('PUT', '/files?name=a.csv', 'x\n1\n')).body as FileReference;
  const tooLarge = await bob('PUT', '/files?name=b.csv', `x\n${'1\n'.repeat(20)}`);
  expect(tooLarge).toMatchObject({ status: 413, body: { code: 'too-large' } });
  const job = { app: { name: 'copy' }, input: { sha256: input.sha256, name: 'a.csv' } };
  expect((await bob('POST', '/jobs', job)).status).toBe(201);
  expect(await bob('POST', '/jobs', job)).toMatchObject({
    status: 409,
    body: {
      code: 'limit-reached',
      detail: expect.stringContaining('You have 1 unfinished job and may have 1') as string,
    },
  });
});

it("keeps people's jobs, tables and apps apart, and the operator above them", async () => {
  const { computer, person } = await servingHub();
  const [bob, eve, olga] = [await person('bob'), await person('eve'), await person('olga')];
  await computer('PATCH', '/people/olga@example.org', { role: 'operator' });
  await bob('POST', '/apps?filename=copy.mjs', app);
  const input = (await bob('PUT', '/files?name=a.csv', 'x\n1\n')).body as FileReference;
  const request = { app: { name: 'copy' }, input: { sha256: input.sha256, name: 'a.csv' } };
  const { id } = (await bob('POST', '/jobs', request)).body as JobSummary;

  const listOf = async (who: typeof bob) => ((await who('GET', '/jobs')).body as { jobs: JobSummary[] }).jobs;
  expect((await listOf(bob)).map(({ ownerName }) => ownerName)).toEqual(['bob']);
  expect(await listOf(eve)).toEqual([]);
  expect((await listOf(olga)).map((one) => one.id)).toEqual([id]);
  for (const [method, path] of [
    ['GET', `/jobs/${id}`],
    ['GET', `/jobs/${id.slice(0, 4)}`],
    ['POST', `/jobs/${id}/cancel`],
    ['POST', `/jobs/${id}/rerun`],
    ['DELETE', `/jobs/${id}`],
  ] as const) {
    const theirs = await eve(method, path);
    const none = await eve(method, '/jobs/0000000000');
    expect([path, theirs.status]).toEqual([path, 404]);
    if (method === 'GET') expect(theirs.body).toEqual(none.body);
  }
  // A table is not Eve's by its name alone, until she brings the same one herself.
  expect((await eve('POST', '/jobs', request)).status).toBe(404);
  await eve('PUT', '/files?name=mine.csv', 'x\n1\n');
  expect((await eve('POST', '/jobs', request)).status).toBe(201);
  // An app of Bob's runs for everybody and is changed by Bob, or who stands above.
  expect((await eve('POST', '/apps?filename=copy.mjs', 'export const evil = 1;\n')).status).toBe(403);
  expect((await eve('DELETE', '/apps/copy')).status).toBe(404);
  expect((await bob('POST', '/apps?filename=copy.mjs', 'export const two = 2;\n')).status).toBe(201);
  expect((await olga('POST', `/jobs/${id}/cancel`, {})).status).toBe(200);
});
