// node mesh-node/bench/agents.mjs '{"count":200,"token":"mdj1_..."}'
// So many agents in one process: each with a key of its own, the real link (hello, MQTT over TLS, backing off), a heartbeat
// every 2 s, and no jobs. Prints {"event":"joined"} once all are in, and {"event":"trouble",...} for what people would read.
import { randomBytes, X509Certificate } from 'node:crypto';
import { decodeJoinToken, idFromFingerprint } from '@meshdeck/shared';
import { createIdentity } from '@meshdeck/shared/runtime/identity';
import { pino } from 'pino';
import { createConnectionSupervisor } from '../dist/hub/connection-supervisor.js';
import { createHubCandidates } from '../dist/join/hub-candidates.js';
import { helloOf } from '../dist/join/hello.js';
import { parseAddress } from '../dist/join/hub-address.js';
import { fingerprintOf } from '../dist/join/identity.js';

/** @type {{ count: number, token: string }} */
const { count, token: text } = JSON.parse(process.argv[2] ?? '{}');
const token = decodeJoinToken(text);
const logger = pino({ level: 'silent' });
const joined = new Set();
/** @param {Record<string, unknown>} event */
const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

/** A pin that lives as long as the process. */
function memoryPin() {
  /** @type {import('../dist/join/hub-pin.js').HubPin | undefined} */
  let pin;
  return {
    file: '',
    current: () => pin,
    /** @param {import('../dist/join/hub-pin.js').HubPin} next */
    async save(next) {
      pin = next;
    },
  };
}

/** @param {number} index */
async function startOne(index) {
  const pem = await createIdentity({ commonName: `bench-${index}`, now: new Date() });
  const fingerprint = fingerprintOf(new X509Certificate(pem.certificatePem));
  const identity = { ...pem, fingerprint, nodeId: idFromFingerprint(fingerprint) };
  const instanceId = randomBytes(8).toString('hex');
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let heartbeat;
  const link = createConnectionSupervisor({
    handshakeOptions: {
      identity,
      pins: memoryPin(),
      hubCandidates: createHubCandidates({ flag: undefined, token: token.addresses.map(parseAddress) }),
      token,
      hello: helloOf({ name: `bench-${index}`, slots: 1, labels: {} }, instanceId),
      confirm: undefined,
      onWaiting: () => undefined,
    },
    instanceId,
    logger,
    onSession(session) {
      const beat = () =>
        void session
          .publish('nodes/{nodeId}/status', {
            state: 'online',
            reason: 'started',
            instanceId,
            ts: Date.now(),
          })
          .catch(() => undefined);
      beat();
      heartbeat = setInterval(beat, 2000);
      joined.add(index);
      if (joined.size === count) tell({ event: 'joined' });
    },
    onSessionEnd: () => clearInterval(heartbeat),
    onNotice: ({ code, message }) => tell({ event: 'trouble', code, message }),
    onRefused: ({ code, message }) => tell({ event: 'trouble', code, message, final: true }),
  });
  link.start();
}

for (let index = 0; index < count; index += 1) await startOne(index);
