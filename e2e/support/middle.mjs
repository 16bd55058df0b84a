// node e2e/support/middle.mjs '{"hub":"https://host:port","address":"10.77.0.3","log":"FILE","manner":"clever"|"plain"}'
// Somebody in the middle: announces itself as a hub with a key of its own and passes on what machines say. The clever
// one pairs anew on each side and tells the machine whatever makes it come in; the plain one passes every byte on.
import { X509Certificate, createHash, randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer, request } from 'node:https';
import { createServer as createTlsServer } from 'node:tls';
import {
  hubServiceType,
  idFromFingerprint,
  meshdeckVersion,
  pairingCode,
  pairingCommitment,
} from '@meshdeck/shared';
import { createIdentity } from '@meshdeck/shared/runtime/identity';
import { Bonjour } from 'bonjour-service';

/** @type {{ hub: string, address: string, log: string, manner: 'clever' | 'plain' }} */
const { hub, address, log, manner } = JSON.parse(process.argv[2] ?? '{}');
const own = await createIdentity({ commonName: 'Meshdeck hub', now: new Date() });
const tls = {
  key: own.privateKeyPem,
  cert: own.certificatePem,
  requestCert: true,
  rejectUnauthorized: false,
};
/** @param {Buffer | string} certificate */
const keyOf = (certificate) =>
  createHash('sha256')
    .update(new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
const ownKey = keyOf(own.certificatePem);
/** @param {Record<string, unknown>} entry */
const note = (entry) => appendFileSync(log, `${JSON.stringify(entry)}\n`);

/** @typedef {{ status: number, body: string, hubKey: string }} Answer */

/** As a machine with our key. @param {string} method @param {string} path @param {string} body @returns {Promise<Answer>} */
function askHub(method, path, body) {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${hub}${path}`,
      {
        method,
        key: own.privateKeyPem,
        cert: own.certificatePem,
        rejectUnauthorized: false,
        agent: false,
        headers:
          body === ''
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        const socket = /** @type {import('node:tls').TLSSocket} */ (response.socket);
        const hubKey = keyOf(socket.getPeerCertificate().raw);
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text, hubKey }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** @type {{ hubPairing: string, ourNonce: string, commitment: string, machine: string }} */
let session = { hubPairing: '', ourNonce: '', commitment: '', machine: '' };

/** @param {string} method @param {string} path @param {string} body @param {string} machine */
async function clever(method, path, body, machine) {
  if (path === '/agent/v1/pairing') {
    const said = JSON.parse(body);
    const { hubKey } = await askHub('GET', '/agent/v1/pairing/x', '');
    const agentNonce = randomBytes(32).toString('hex');
    const commitment = await pairingCommitment({ agentKey: ownKey, hubKey, agentNonce });
    const started = JSON.parse((await askHub('POST', path, JSON.stringify({ ...said, commitment }))).body);
    await askHub('POST', `${path}/${started.pairingId}/reveal`, JSON.stringify({ agentNonce }));
    session = {
      hubPairing: started.pairingId,
      ourNonce: randomBytes(32).toString('hex'),
      commitment,
      machine,
    };
    return {
      status: 200,
      body: {
        pairingId: started.pairingId,
        hubNonce: session.ourNonce,
        hubId: idFromFingerprint(ownKey),
        hubName: 'lab',
      },
    };
  }
  if (path.endsWith('/reveal')) {
    const { agentNonce } = JSON.parse(body);
    const keys = { agentKey: machine, hubKey: ownKey, agentNonce, hubNonce: session.ourNonce };
    note({ event: 'code', code: await pairingCode(keys) });
    return { status: 200, body: { state: 'waiting', expiresAt: Date.now() + 600_000 } };
  }
  if (path.startsWith('/agent/v1/pairing/')) {
    const answer = await askHub('GET', `/agent/v1/pairing/${session.hubPairing}`, '');
    const { state } = JSON.parse(answer.body);
    if (state === 'approved') note({ event: 'approved' });
    return { status: answer.status, body: JSON.parse(answer.body) };
  }
  return { status: 404, body: {} };
}

const server = createServer(tls, (incoming, response) => {
  const socket = /** @type {import('node:tls').TLSSocket} */ (incoming.socket);
  const machine = keyOf(socket.getPeerCertificate().raw);
  let body = '';
  incoming.setEncoding('utf8').on('data', (chunk) => (body += chunk));
  incoming.on('end', async () => {
    const { method = '', url: path = '' } = incoming;
    note({ event: 'request', method, path, body });
    try {
      const answer =
        manner === 'clever' ? await clever(method, path, body, machine) : await askHub(method, path, body);
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
      // The one thing even a plain one has to change: whose hub it is.
      const hubId = manner === 'plain' ? /"hubId":"[a-z2-7]{26}"/ : /$^/;
      response
        .writeHead(answer.status, { 'content-type': 'application/json' })
        .end(text.replace(hubId, `"hubId":"${idFromFingerprint(ownKey)}"`));
    } catch (error) {
      note({ event: 'trouble', error: String(error) });
      response.destroy();
    }
  });
});
const mqtt = createTlsServer(tls, (socket) => {
  note({ event: 'mqtt' });
  socket.on('error', () => undefined);
});
server.on('tlsClientError', () => undefined);
await new Promise((resolve) => mqtt.listen(8883, address, () => resolve(undefined)));
await new Promise((resolve) => server.listen(7421, address, () => resolve(undefined)));
const bonjour = new Bonjour(/** @type {object} */ ({ interface: address, bind: '0.0.0.0' }));
const id = idFromFingerprint(ownKey);
bonjour.publish({
  name: id,
  type: hubServiceType,
  port: 7421,
  txt: { id, fp: ownKey, v: meshdeckVersion, name: 'lab', tls: 7421, mqtt: 8883 },
});
process.stdout.write(`${JSON.stringify({ event: 'ready', id })}\n`);
