import { setTimeout as pause } from 'node:timers/promises';
import { residentBytes } from '@meshdeck/testing/measure';
import { createRandom } from '../soak/random.mjs';
import { talkHttp, talkMqtt, talkNoTls } from './doors.mjs';
import { startFuzzTarget } from './target-hub.mjs';
import { nodeWords, sensorWords } from './words.mjs';

/** @typedef {import('../soak/random.mjs').Random} Random */
/** @typedef {import('./target-hub.mjs').FuzzTarget} FuzzTarget */
/** @typedef {{ name: string, share: number, talk: (random: Random, worker: number) => Promise<number> }} Door */
/**
 * @typedef {object} FuzzResult
 * @property {number} seed
 * @property {{ name: string, sent: number }[]} doors
 * @property {number} seconds
 * @property {number | null} beforeBytes what the hub held without garbage once it was warm
 * @property {number | null} afterBytes after it had come to rest
 * @property {number | null} mostBytes the most it had of the system's memory in between, garbage and all
 * @property {number | null} restBytes the same at the end
 * @property {string[]} complaints
 */

const workers = 8;
export const allowedGrowthBytes = 50 * 1024 ** 2;
const settleMs = 120_000;
/** Whoever is told nothing for so long talks to a hub that stands still. */
const healthMs = 15_000;

/** @param {FuzzTarget} target @returns {Door[]} */
function doorsOf({ hub, stranger, nodes, sensors, readKey, routes }) {
  const port = (/** @type {string} */ url) => Number(new URL(url).port);
  const machinePort = port(hub.ready.mqtt);
  const agentPort = port(hub.ready.tls);
  const webPort = port(hub.ready.url);
  const token = `Authorization: Bearer ${hub.token}`;
  const credentials = [
    'X-Nothing: at all',
    `Authorization: Bearer ${readKey}`,
    `Authorization: Bearer ${hub.token.slice(0, -1)}`,
    `Authorization: Bearer ${'x'.repeat(5000)}`,
    'Authorization: Basic YWRtaW46YWRtaW4=',
    'Cookie: meshdeck_=forged; a=b; =; ;;',
    // Who may do everything: what they send is wrong all the same, and comes as far as the schemas.
    token,
    token,
  ];
  /** @template T @param {readonly T[]} list @param {number} index @returns {T} */
  const at = (list, index) => /** @type {T} */ (list[index % list.length]);
  const agentRoutes = [
    { method: 'POST', path: '/agent/v1/hello' },
    { method: 'POST', path: '/agent/v1/pairing' },
    { method: 'POST', path: '/agent/v1/pairing/:id/reveal' },
    { method: 'GET', path: '/agent/v1/files/:sha256' },
    { method: 'PUT', path: '/agent/v1/files/:sha256' },
    { method: 'GET', path: '/join/:token/install.sh' },
    { method: 'GET', path: '/join/:token/agent.tar.gz' },
  ];
  /** Its own place in the mesh is a worker's alone: a second connection would end the first. @param {number} worker */
  const node = (worker) => at(nodes, worker);
  return [
    {
      name: 'machines, MQTT over TLS: a stolen key',
      share: 30,
      talk: (random, worker) => {
        const { nodeId, clientId, identity } = node(worker);
        const who = { clientId, username: nodeId };
        return talkMqtt(random, {
          ...{ place: { port: machinePort, tls: identity }, who, isIn: true, most: 200 },
          words: nodeWords(nodeId, at(nodes, worker + 1).nodeId),
        });
      },
    },
    {
      name: 'machines, MQTT over TLS: strangers',
      share: 4,
      talk: (random, worker) =>
        talkMqtt(random, {
          place: { port: machinePort, tls: random.pick([stranger, stranger, 'nobody']) },
          who: { clientId: node(worker).clientId, username: node(worker).nodeId },
          ...{ isIn: false, most: 1, words: nodeWords(node(worker).nodeId, 'x') },
        }),
    },
    {
      name: 'machines: no TLS',
      share: 2,
      talk: (random) => talkNoTls(random, random.pick([machinePort, agentPort])),
    },
    {
      name: 'sensors, MQTT: a hostile sensor',
      share: 24,
      talk: (random, worker) => {
        const { username, password } = at(sensors, worker);
        return talkMqtt(random, {
          place: { port: port(hub.ready.sensors) },
          who: { clientId: `${username}-${worker}`, username, password },
          ...{ isIn: true, most: 300, words: sensorWords(username, at(sensors, worker + 1).username) },
        });
      },
    },
    {
      name: 'sensors, MQTT: strangers',
      share: 8,
      talk: (random, worker) => {
        const { username } = at(sensors, worker);
        const words = sensorWords(username, 'x');
        const who = { clientId: username, username, password: 'wrong' };
        return talkMqtt(random, {
          place: { port: port(hub.ready.sensors) },
          who,
          isIn: false,
          most: 1,
          words,
        });
      },
    },
    {
      name: "people's API, HTTP",
      share: 24,
      talk: (random) =>
        talkHttp(random, {
          place: { port: webPort },
          target: {
            host: `127.0.0.1:${webPort}`,
            credentials,
            routes: [
              ...routes,
              { method: 'GET', path: '/mqtt' },
              { method: 'GET', path: '/login?link={link}' },
            ],
          },
          most: 50,
        }),
    },
    {
      name: "machines' API, HTTPS",
      share: 8,
      talk: (random, worker) =>
        talkHttp(random, {
          place: { port: agentPort, tls: random.pick([node(worker).identity, stranger, 'nobody']) },
          target: { host: `127.0.0.1:${agentPort}`, credentials: ['X-Nothing: at all'], routes: agentRoutes },
          most: 50,
        }),
    },
  ];
}

/** Null where it answers. @param {FuzzTarget} target @returns {Promise<string | null>} */
async function isUnwell({ hub }) {
  try {
    const response = await fetch(`${hub.ready.url}/healthz`, { signal: AbortSignal.timeout(healthMs) });
    return response.ok ? null : `The hub answered ${response.status} for its health.`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `The hub did not answer for its health (${reason}):\n${hub.output().slice(-1500)}`;
  }
}

/**
 * Sends malformed packets, requests and payloads to every door of a live hub, the same for the same seed but for who is
 * faster, and looks whether it lives, keeps its memory, and did nothing it was not allowed to.
 *
 * @param {object} options
 * @param {number} options.count
 * @param {number} options.seed
 * @param {import('@meshdeck/testing/mesh').Workshop} options.workshop
 * @param {string} [options.door] only doors whose name has this in it
 * @param {(line: string) => void} [options.say]
 * @returns {Promise<FuzzResult>}
 */
export async function runFuzz({ count, seed, workshop, door: wantedDoor = '', say = () => undefined }) {
  const target = await startFuzzTarget(workshop, workers);
  const { hub } = target;
  /** @type {string[]} */
  const complaints = [];
  let hasEnded = false;
  let isOver = false;
  void hub.exited.then(({ code, signal }) => {
    hasEnded = true;
    if (!isOver) complaints.push(`The hub ended (${signal ?? code}):\n${hub.output().slice(-1500)}`);
  });
  try {
    const doors = doorsOf(target).filter(({ name }) => name.includes(wantedDoor));
    const shares = doors.reduce((sum, { share }) => sum + share, 0);
    let mostBytes = residentBytes(hub.pid);

    /** @param {Door} door @param {number} wanted @param {number} salt */
    async function attack(door, wanted, salt) {
      let sent = 0;
      let started = 0;
      await Promise.all(
        Array.from({ length: workers }, async (_, worker) => {
          while (sent < wanted && !hasEnded) {
            started += 1;
            sent += await door.talk(createRandom(seed * 1_000_003 + salt * 7_919 + started), worker);
            const now = residentBytes(hub.pid);
            if (now !== null && now > (mostBytes ?? 0)) mostBytes = now;
          }
        }),
      );
      return sent;
    }

    const stockBefore = await target.takeStock();
    // The first of everything loads code and fills caches: memory counts from there on.
    for (const [index, door] of doors.entries())
      await attack(door, Math.min(200, Math.ceil(count / 50)), index + 100);
    await pause(1_000);
    const beforeBytes = await target.heldBytes();
    const beganAt = performance.now();
    /** @type {FuzzResult['doors']} */
    const done = [];
    for (const [index, door] of doors.entries()) {
      const sent = await attack(door, Math.ceil((count * door.share) / shares), index);
      done.push({ name: door.name, sent });
      say(`  ${door.name}: ${sent.toLocaleString('en-US')} sent, hub at ${inMb(residentBytes(hub.pid))}`);
      const trouble = hasEnded ? null : await isUnwell(target);
      if (trouble !== null) complaints.push(`After "${door.name}": ${trouble}`);
      if (hasEnded) break;
    }
    const seconds = (performance.now() - beganAt) / 1000;

    let afterBytes = hasEnded ? null : await target.heldBytes();
    if (!hasEnded) {
      const deadline = Date.now() + settleMs;
      while (Date.now() < deadline && grewTooMuch(beforeBytes, afterBytes)) {
        await pause(5_000);
        afterBytes = await target.heldBytes();
      }
      if (beforeBytes === null || afterBytes === null) {
        complaints.push('The hub did not tell what memory it holds.');
      } else if (grewTooMuch(beforeBytes, afterBytes)) {
        complaints.push(
          `The hub holds ${inMb(afterBytes)} without garbage, and ${inMb(beforeBytes)} before: more than 50 MB more.`,
        );
      }
      /** @type {Record<string, unknown>} */
      const stockAfter = await target.takeStock().catch((/** @type {Error} */ error) => {
        complaints.push(`The hub could not be asked what there is: ${error.message}, ${String(error.cause)}`);
        return {};
      });
      for (const [what, before] of Object.entries(stockBefore)) {
        if (!(what in stockAfter)) continue;
        const [was, is] = [JSON.stringify(before), JSON.stringify(stockAfter[what])];
        if (was !== is) complaints.push(`${what} changed:\n    before ${was}\n    after  ${is}`);
      }
      await target.runHonestJob().catch((/** @type {Error} */ error) => complaints.push(error.message));
    }
    const restBytes = residentBytes(hub.pid);
    return { seed, doors: done, seconds, beforeBytes, afterBytes, mostBytes, restBytes, complaints };
  } finally {
    isOver = true;
  }
}

/** @param {number | null} before @param {number | null} after */
const grewTooMuch = (before, after) =>
  before !== null && after !== null && after - before > allowedGrowthBytes;

/** @param {number | null} bytes */
const inMb = (bytes) => (bytes === null ? 'unknown' : `${(bytes / 1024 ** 2).toFixed(0)} MiB`);

/** @param {FuzzResult} result */
export function fuzzTable({
  seed,
  doors,
  seconds,
  beforeBytes,
  afterBytes,
  mostBytes,
  restBytes,
  complaints,
}) {
  const total = doors.reduce((sum, { sent }) => sum + sent, 0);
  /** @type {[string, string][]} */
  const lines = [
    ...doors.map(({ name, sent }) => /** @type {[string, string]} */ ([name, sent.toLocaleString('en-US')])),
    ['all', total.toLocaleString('en-US')],
    ['held by the hub without garbage, warm', inMb(beforeBytes)],
    ['  at the end', inMb(afterBytes)],
    ["the system's memory, at most", inMb(mostBytes)],
    ['  at the end', inMb(restBytes)],
    ['wall time', `${seconds.toFixed(0)} s`],
    ['seed', String(seed)],
    ['complaints', String(complaints.length)],
  ];
  const widths = [0, 1].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return [
    'Malformed packets, requests and payloads',
    ...lines.map(([what, value]) => `  ${what.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}`),
    ...complaints.map((line) => `  ! ${line}`),
  ].join('\n');
}
