// node broker/bench/doors.mjs: what a sign-in costs, and what knowing the caller adds to a call, turn about on one kept connection.
// Prints {"verifying","signIns"} in ms each and {"took"} in µs a call by round, all of CPU time.
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeViewSchema, originKeyHeader } from '@meshdeck/shared';
import fastify from 'fastify';
import { pino } from 'pino';
import * as z from 'zod';
import { createActivity } from '../dist/fairness/activity.js';
import { createShares } from '../dist/fairness/shares.js';
import { openAuditLog } from '../dist/audit/index.js';
import { createAnswerRates } from '../dist/http/answer-rates.js';
import { keepAudit } from '../dist/http/audit-trail.js';
import { compilers } from '../dist/http/compilers.js';
import { createCallLimits } from '../dist/rate-limits/call-limits.js';
import { createAuthorizeHook } from '../dist/http/authorize-hook.js';
import { allow, openToAnyone, requireRouteAccess } from '../dist/http/route-access.js';
import { registerSecurityHeaders } from '../dist/http/security-headers.js';
import { openCollection } from '../dist/stores/documents.js';
import {
  accountDocumentSchema,
  codeDocumentSchema,
  createLocalAccess,
  createPeople,
  keyDocumentSchema,
  knownBrowserSchema,
  settingsDocumentSchema,
} from '../dist/users/index.js';
import { createPasswords } from '../dist/users/passwords.js';
import { hashOf } from '../dist/users/secrets.js';

const checks = 25;
const rounds = 60;
const callsPerRound = 150;
const password = 'otter volcano spoon';
const machines = 10;

const originKey = 'k'.repeat(43);
const originKeyHash = hashOf(originKey);

/** @param {number} index @returns {import('@meshdeck/shared').NodeView} */
const machine = (index) => ({
  id: `${'a'.repeat(25)}${index % 8}`,
  name: `bench-${index}`,
  membership: 'joined',
  presence: 'active',
  lostReason: null,
  presenceSince: 1,
  scheduling: 'open',
  labels: { room: 'lab' },
  owner: null,
  fingerprint: '0'.repeat(64),
  address: '10.0.0.2',
  version: '0.1.0',
  platform: 'linux-x64',
  code: null,
  clonedIdentity: false,
  codeExpiresAt: null,
  joinedAt: 1,
  firstSeenAt: 1,
  lastHeartbeatAt: 2,
  slotsTotal: 2,
  slotsBusy: 1,
  benchmarking: false,
  metrics: null,
  benchmark: null,
  score: null,
  rank: null,
  inventory: null,
});

/** Three routes with the answer that the machines page gets, checked and with all headers: outside every door, behind the door but open, and guarded. @param {string} folder */
async function serve(folder) {
  const logger = pino({ level: 'silent' });
  /**
   * @template {{ id: string }} T
   * @param {string} name
   * @param {import('zod').ZodType<T>} schema
   */
  const collection = (name, schema) => openCollection({ dir: folder, name, schema, logger });
  const access = await createLocalAccess({ dataDir: folder, hubId: 'bench-hub', logger });
  const people = await createPeople({
    local: access,
    collections: {
      accounts: await collection('accounts', accountDocumentSchema),
      keys: await collection('keys', keyDocumentSchema),
      codes: await collection('codes', codeDocumentSchema),
      settings: await collection('settings', settingsDocumentSchema),
      knownBrowsers: await collection('known-browsers', knownBrowserSchema),
    },
    logger,
  });
  const audit = await openAuditLog({ dir: join(folder, 'audit'), now: Date.now, logger });
  const app = fastify();
  app.setValidatorCompiler(compilers.validatorCompiler);
  app.setSerializerCompiler(compilers.serializerCompiler);
  await registerSecurityHeaders(/** @type {any} */ (app), { isVouchedFor: () => false });
  app.decorateRequest('person', null);
  app.decorateRequest('reach', 'none');
  app.decorateRequest('auditTarget', null);
  app.decorateRequest('auditDetail', null);
  app.decorateRequest('isSuspect', false);
  const schema = { response: { 200: z.object({ nodes: z.array(nodeViewSchema) }) } };
  const answer = { nodes: Array.from({ length: machines }, (_, index) => machine(index)) };
  app.get('/plain', { schema }, async () => answer);
  await app.register(async (/** @type {any} */ doors) => {
    requireRouteAccess(doors);
    const callLimits = createCallLimits({ person: 1e9, stranger: 1e9 });
    const room = {
      callLimits,
      shares: createShares(),
      answers: createAnswerRates({ perSecond: 1e12, burst: 1e12 }),
      activity: createActivity(),
      belongsTo: () => undefined,
    };
    doors.addHook('onRequest', createAuthorizeHook({ access, people, ...room }));
    keepAudit(doors, audit);
    doors.get('/open', { schema, config: openToAnyone(null) }, async () => answer);
    doors.get('/guarded', { schema, config: allow('machines.read') }, async () => answer);
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { app, access, people, port: address.port };
}

/**
 * CPU time of this process, which others on a busy machine take less from than from the clock.
 *
 * @param {() => Promise<unknown>} work @param {number} times @returns {Promise<number[]>} ms each
 */
async function cpuTimes(work, times) {
  const took = [];
  for (let count = 0; count < times; count += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    took.push((user + system) / 1000);
  }
  return took;
}

const folder = mkdtempSync(join(tmpdir(), 'meshdeck-bench-'));
const { app, access, people, port } = await serve(folder);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
/** @param {string} path @param {Record<string, string>} headers @returns {Promise<void>} */
const call = (path, headers) =>
  new Promise((resolve, reject) => {
    const outgoing = request({ agent, host: '127.0.0.1', port, path, headers }, (incoming) => {
      incoming.resume();
      incoming.once('end', () =>
        incoming.statusCode === 200 ? resolve() : reject(new Error(`${path}: ${incoming.statusCode}`)),
      );
    });
    outgoing.once('error', reject);
    outgoing.end();
  });

try {
  const by = access.checkToken(access.token);
  if (by === null) throw new Error('the token does not hold');
  const { person } = await people.admin.create(
    { email: 'bench@example.org', name: 'Bench', role: 'user', password },
    by,
  );
  const passwords = createPasswords();
  const stored = await passwords.hash(password);
  const signIn = () =>
    people.signIn.withPassword(
      { email: person.email, password },
      { address: '127.0.0.1', program: 'bench', originKeyHash },
    );
  const verifying = await cpuTimes(() => passwords.verify(stored, password), checks);
  const signIns = await cpuTimes(signIn, checks);
  const { secret } = await signIn();
  const { key } = await people.keys.create(by, { name: 'bench', scopes: ['read'], ttlSeconds: 3600 });

  /** @type {Record<string, [path: string, headers: Record<string, string>]>} */
  const kinds = {
    plain: ['/plain', {}],
    open: ['/open', {}],
    token: ['/guarded', { authorization: `Bearer ${access.token}` }],
    key: ['/guarded', { authorization: `Bearer ${key}` }],
    session: ['/guarded', { cookie: `${access.cookieName}=${secret}`, [originKeyHeader]: originKey }],
  };
  /** @type {Record<string, number[]>} µs a call, by round */
  const took = Object.fromEntries(Object.keys(kinds).map((name) => [name, []]));
  for (let round = -2; round < rounds; round += 1) {
    for (const [name, [path, headers]] of Object.entries(kinds)) {
      const [micros = 0] = await cpuTimes(async () => {
        for (let count = 0; count < callsPerRound; count += 1) await call(path, headers);
      }, 1);
      if (round >= 0) took[name]?.push((micros * 1000) / callsPerRound);
    }
  }
  process.stdout.write(`${JSON.stringify({ verifying, signIns, took })}\n`);
} finally {
  agent.destroy();
  await app.close();
  await people.stop();
  await access.stop();
  rmSync(folder, { recursive: true, force: true });
}
