// One machine of a simulated fleet: a key of its own, the agent's real link (hello, MQTT over TLS, backing off), and all that
// an agent says. Only the work is left out: an attempt is reported as succeeded after `workMs` on average, with a result that
// goes along.
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { idFromFingerprint, meshdeckVersion } from '@meshdeck/shared';
import { createIdentity } from '@meshdeck/shared/runtime/identity';
import { pino } from 'pino';
import { createConnectionSupervisor } from '../../dist/hub/connection-supervisor.js';
import { createHubCandidates } from '../../dist/join/hub-candidates.js';
import { helloOf } from '../../dist/join/hello.js';
import { parseAddress } from '../../dist/join/hub-address.js';
import { fingerprintOf } from '../../dist/join/identity.js';
import { simulatedInventory, simulatedMetrics } from './simulated-state.mjs';

/** @typedef {import('../../dist/hub/mqtt-session.js').MqttSession} HubSession */
/** @typedef {import('@meshdeck/shared').RunOrder} RunOrder */

const logger = pino({ level: 'silent' });
const result = Buffer.from('prediction\n0\n');
const resultSha256 = createHash('sha256').update(result).digest('hex');
const content = result.toString('base64');
const heartbeatMs = 2000;

/** A pin that lives as long as the process. */
function memoryPin() {
  /** @type {import('../../dist/join/hub-pin.js').HubPin | undefined} */
  let pin;
  return {
    file: '',
    current: () => pin,
    /** @param {import('../../dist/join/hub-pin.js').HubPin} next */
    async save(next) {
      pin = next;
    },
  };
}

/** What an agent says of a no-op model that was loaded already. @param {RunOrder} order */
const succeeded = ({ attemptId, token }) => ({
  type: /** @type {const} */ ('succeeded'),
  attemptId,
  token,
  ts: Date.now(),
  result: { sha256: resultSha256, bytes: result.length, name: 'predictions.csv' },
  content,
  facts: {
    ...{ rows: 1, runtimeVersion: 'simulated', waitMs: 0, fetchMs: 0, fetchedBytes: 0 },
    ...{ prepareMs: 0, runMs: 1, deliverMs: 0, peakMemoryBytes: null, columnMap: null, warm: true },
    ...{ agentVersion: meshdeckVersion, platform: 'linux-x64' },
  },
});

/**
 * Joins with the token, and works until its process ends.
 *
 * @param {{
 *   index: number,
 *   token: import('@meshdeck/shared').JoinToken,
 *   workMs: number,
 *   onJoined: () => void,
 *   onTrouble: (trouble: { code: string, message: string, final?: boolean }) => void,
 * }} options
 */
export async function startMachine({ index, token, workMs, onJoined, onTrouble }) {
  const name = `sim-${String(index).padStart(4, '0')}`;
  const pem = await createIdentity({ commonName: name, now: new Date() });
  const fingerprint = fingerprintOf(new X509Certificate(pem.certificatePem));
  const identity = { ...pem, fingerprint, nodeId: idFromFingerprint(fingerprint) };
  const instanceId = randomBytes(8).toString('hex');
  /** Attempts whose end the hub has not acknowledged. @type {Map<string, RunOrder>} */
  const held = new Map();
  /** @type {NodeJS.Timeout | undefined} */
  let heartbeat;
  let sequence = 0;

  /** The first one at once. @param {HubSession} session @param {number} everyMs */
  function beatEvery(session, everyMs) {
    const beat = () => session.publish('nodes/{nodeId}/metrics', simulatedMetrics(index, (sequence += 1)));
    const tick = () => void beat().catch(() => undefined);
    clearInterval(heartbeat);
    tick();
    heartbeat = setInterval(tick, everyMs);
  }

  /** @param {HubSession} session @param {RunOrder} order */
  async function run(session, order) {
    held.set(order.attemptId, order);
    if (workMs > 0) await pause(workMs * (0.5 + Math.random()));
    await session.publish('nodes/{nodeId}/reports', succeeded(order));
  }

  /** @param {HubSession} session @param {import('@meshdeck/shared').Order} order */
  async function obey(session, order) {
    if (order.type === 'run') await run(session, order);
    if (order.type === 'forget') held.delete(order.attemptId);
    if (order.type === 'pace') beatEvery(session, order.heartbeatMs);
  }

  /** In the order of the agent's own. @param {HubSession} session */
  async function introduce(session) {
    const ts = Date.now();
    await session.publish('nodes/{nodeId}/status', { state: 'online', reason: 'started', instanceId, ts });
    await session.publish('nodes/{nodeId}/inventory', simulatedInventory(index));
    const attempts = [...held.values()].map(({ attemptId, token: fence }) => ({ attemptId, token: fence }));
    await session.publish('nodes/{nodeId}/reports', { type: 'holding', instanceId, attempts, ts });
    const again = [...held.values()].map((order) => run(session, order));
    const holdings = { ts, sequence: 0, full: true, added: [], removed: [] };
    await session.publish('nodes/{nodeId}/holdings', holdings);
    beatEvery(session, heartbeatMs);
    onJoined();
    await Promise.all(again);
  }

  createConnectionSupervisor({
    handshakeOptions: {
      ...{ identity, pins: memoryPin(), token, confirm: undefined },
      hubCandidates: createHubCandidates({ flag: undefined, token: token.addresses.map(parseAddress) }),
      hello: helloOf({ name, slots: 1, labels: {} }, instanceId),
      onWaiting: () => undefined,
    },
    instanceId,
    logger,
    onSession(session) {
      session.onOrder((order) => void obey(session, order).catch(() => undefined));
      // What fails here fails with its connection, and the next one begins anew.
      introduce(session).catch(() => undefined);
    },
    onSessionEnd: () => clearInterval(heartbeat),
    onNotice: ({ code, message }) => onTrouble({ code, message }),
    onRefused: ({ code, message }) => onTrouble({ code, message, final: true }),
  }).start();
}
