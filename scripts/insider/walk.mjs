import { hostileCalls } from './hostile.mjs';
import { ask } from './calls.mjs';
import { packet, publish, subscribe } from './packets.mjs';
import { openMachine, openPage, openSensor } from './sockets.mjs';

/** @typedef {import('./room.mjs').Facts} Facts */
/** @typedef {import('./calls.mjs').Counts} Counts */

const atOnce = 24;

/** Below what one key may call for in a while, so that each call is answered for what it is. */
const callsOfKey = 900;

/** @param {import('./people.mjs').Somebody} person @returns {(index: number) => Record<string, string>} */
const byKeys =
  ({ key, keys }) =>
  (index) => ({ authorization: `Bearer ${keys[Math.floor(index / callsOfKey) % keys.length] ?? key}` });

/** Who calls, and with what. @param {Facts} facts @returns {Record<string, { base: string, headers: (index: number) => Record<string, string>, identity?: { key: string, cert: string } }>} */
const callers = ({ url, agents, people, stolen }) => ({
  stranger: { base: url, headers: () => ({}) },
  user: { base: url, headers: byKeys(people.user) },
  owner: { base: url, headers: byKeys(people.owner) },
  operator: { base: url, headers: byKeys(people.operator) },
  admin: { base: url, headers: byKeys(people.admin) },
  session: { base: url, headers: () => people.user.session },
  machine: { base: agents, headers: () => ({}), identity: stolen.identity },
});

const agentRoutes = [
  { method: 'POST', path: '/agent/v1/hello' },
  { method: 'POST', path: '/agent/v1/pairing' },
  { method: 'POST', path: '/agent/v1/pairing/{id}/reveal' },
  { method: 'GET', path: '/agent/v1/pairing/{id}' },
  { method: 'GET', path: '/agent/v1/files/{sha256}' },
  { method: 'HEAD', path: '/agent/v1/files/{sha256}' },
  { method: 'PUT', path: '/agent/v1/files/{sha256}' },
  { method: 'PUT', path: '/agent/v1/results/{attemptId}' },
  { method: 'POST', path: '/agent/v1/results/{attemptId}' },
  { method: 'GET', path: '/join/{token}/install.sh' },
  { method: 'GET', path: '/join/{token}/agent.tar.gz' },
];

/** What would end the caller's own session, and with it the walk. */
const endsSession = new Set(['POST /api/v1/sign-out', 'DELETE /api/v1/me/sessions']);

/** Real ids for looking, by a parameter's name and the route it stands in. @param {Facts} facts @param {string} path */
function knownIds({ things, people }, path) {
  const id = path.includes('/jobs/')
    ? things.job
    : path.includes('/nodes/')
      ? things.nodeId
      : path.includes('/sensors/')
        ? things.sensorId
        : path.includes('/people/')
          ? people.owner.id
          : 'zzzzzzzzzz';
  return { id, name: things.app, sha256: things.table };
}

/** Every route by one role, in every hostile way, once and on until `ms` are over. `share`: of 1, to leave some out. @param {Facts} facts @param {{ role: string, share: number, ms: number }} order @returns {Promise<Counts>} */
export async function walkRole(facts, { role, share, ms }) {
  const end = performance.now() + ms;
  const once = role === 'topics' ? () => walkTopics(facts, share) : () => walkRoutes(facts, role, share);
  const counts = await once();
  while (performance.now() < end) {
    for (const [what, count] of Object.entries(await once())) counts[what] = (counts[what] ?? 0) + count;
  }
  return counts;
}

/** @param {Facts} facts @param {string} role @param {number} share @returns {Promise<Counts>} */
async function walkRoutes(facts, role, share) {
  const caller = callers(facts)[role];
  if (caller === undefined) throw new Error(`There is no role ${role}.`);
  const routes = role === 'machine' ? agentRoutes : facts.routes;
  const calls = routes
    .filter(({ method, path }) => !(role === 'session' && endsSession.has(`${method} ${path}`)))
    .flatMap((route) => hostileCalls(route, knownIds(facts, route.path)))
    .filter((_, index) => (index * 0.618_034) % 1 < share);
  /** @type {Counts} */
  const counts = {};
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let index = next++; index < calls.length; index = next++) {
        const call = calls[index];
        if (call === undefined) return;
        const { method, path, headers, body } = call;
        const status = await ask({
          ...{ url: `${caller.base}${path}`, method, headers: { ...headers, ...caller.headers(index) } },
          ...{
            patienceMs: 1500,
            ...(body && { body }),
            ...(caller.identity && { identity: caller.identity }),
          },
        });
        counts[status] = (counts[status] ?? 0) + 1;
      }
    }),
  );
  return counts;
}

const filterShapes = [
  '#',
  '+/#',
  '$SYS/#',
  '$share/g/meshdeck/v1/live/nodes',
  'meshdeck/v1/#',
  'meshdeck/v1/nodes/+/orders',
  'meshdeck/v1/nodes/+/metrics',
  'meshdeck/v1/sensors/+/readings',
  'meshdeck/v1/sensors/+/commands',
  'meshdeck/v1/live/jobs/zzzzzzzzzz/logs',
  `meshdeck/v1/live/jobs/${'a'.repeat(60_000)}/logs`,
  '/'.repeat(2000),
  `${'+/'.repeat(90)}+`,
  'meshdeck/v1/live/own-jobs/zzzzzzzzzzzz',
];
const topicShapes = (/** @type {string} */ own) => [
  own,
  'meshdeck/v1/live/nodes',
  'meshdeck/v1/nodes/x/orders',
  '$SYS/broker',
  '/'.repeat(99),
  `meshdeck/v1/sensors/${'a'.repeat(60_000)}/readings`,
];

/** Every topic by page, sensor and machine, in every hostile way; a connection each, for most of it ends one. @param {Facts} facts @param {number} share @returns {Promise<Counts>} */
async function walkTopics(facts, share) {
  const payloads = [
    '',
    '{}',
    '['.repeat(100_000),
    'x'.repeat(200_000),
    JSON.stringify({ __proto__: 1, a: 1e308 }),
  ];
  /** @type {Buffer[]} */
  const said = [
    ...filterShapes.map((filter) => subscribe([filter])),
    subscribe(filterShapes),
    ...[
      ...topicShapes(`meshdeck/v1/sensors/${facts.sensor.username}/readings`),
      ...topicShapes(`meshdeck/v1/nodes/${facts.stolen.nodeId}/reports`),
    ].flatMap((topic) =>
      payloads.flatMap((payload) => [0, 1, 2].map((qos) => publish(topic, payload, { qos, retain: true }))),
    ),
    packet(
      0xa2,
      Buffer.from([0, 1]),
      ...filterShapes.map((filter) => {
        const bytes = Buffer.from(filter);
        return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
      }),
    ),
    packet(0x50, Buffer.from([0, 1])),
    packet(0xf0),
  ].filter((_, index) => (index * 0.618_034) % 1 < share);
  /** @type {Counts} */
  const counts = {};
  const doors = {
    page: async () => (await openPage(facts, facts.people.user.key))?.stream ?? null,
    sensor: () => openSensor(facts),
    machine: () => openMachine(facts),
  };
  for (const [door, open] of Object.entries(doors)) {
    let stream = await open();
    for (const bytes of said) {
      if (stream === null || stream.destroyed) stream = await open();
      const what = stream === null ? `${door} refused` : `${door} said`;
      counts[what] = (counts[what] ?? 0) + 1;
      stream?.resume().write(bytes);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    stream?.destroy();
  }
  return counts;
}

export const walkedRoles = ['stranger', 'user', 'owner', 'operator', 'admin', 'session', 'machine', 'topics'];
