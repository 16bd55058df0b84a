import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import {
  encodeJoinToken,
  helloRequestSchema,
  idFromFingerprint,
  nodeTopics,
  parseTopic,
  topicName,
  topics,
  type FileReference,
  type HelloRequest,
  type InventoryMessage,
  type LogMessage,
  type Metrics,
  type Order,
  type PayloadOf,
  type Report,
  type StatusMessage,
  type Topic,
  type TopicFrom,
} from '@meshdeck/shared';
import { createIdentity, type IdentityPem } from '@meshdeck/shared/runtime/identity';
import { Aedes } from 'aedes';
import { fingerprintOf } from '../join/identity.js';
import { createFakeFiles, type FakeFiles } from './fake-files.js';
import { createFakePairing, type FakePairing } from './fake-pairing.js';

export type HelloAnswer = 'joined' | { code: string; detail: string };

export interface FakeHubOptions {
  /** A hub that comes back keeps its key and ports. */
  identity?: IdentityPem;
  tlsPort?: number;
  mqttPort?: number;
  files?: FakeFiles;
  /** Leaves machines waiting until `pairing.approve`; they are approved at once by default. */
  approveByHand?: boolean;
  /** The agent it hands out; a hub of before, which hands out none, where left out. */
  agentPackage?: () => { version: string; sha256: string; archive: Buffer };
  /** Decides over each hello; whoever was approved, brings a token or was in before is in by default. */
  onHello?: (hello: HelloRequest, nodeId: string) => HelloAnswer;
}

/** The agents' side of a hub, of real parts: Aedes over mutual TLS and an HTTPS server. Everything said to it is kept. */
export interface FakeHub {
  identity: IdentityPem;
  fingerprint: string;
  hubId: string;
  tlsPort: number;
  mqttPort: number;
  url: string;
  files: FakeFiles;
  pairing: FakePairing;
  hellos: HelloRequest[];
  statuses: StatusMessage[];
  inventories: InventoryMessage[];
  reports: Report[];
  metrics: Metrics[];
  logs: LogMessage[];
  token: (changes?: { fingerprint?: string; addresses?: string[] }) => string;
  order: (nodeId: string, order: Order) => Promise<void>;
  putFile: (name: string, content: Buffer | string) => FileReference;
  /** Resolves with what `pick` finds, looked for again at every message; rejects after `timeoutMs`. */
  waitFor: <T>(what: string, pick: (hub: FakeHub) => T | undefined, timeoutMs?: number) => Promise<T>;
  connectedClients: () => number;
  /** Ends as a killed process does: every socket at once, nothing said. */
  stop: () => Promise<void>;
}

const isHeard = (topic: Topic): topic is Topic<TopicFrom<'node'>> => topics[topic.key].from === 'node';

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const peerFingerprint = (socket: TLSSocket) =>
  fingerprintOf(new X509Certificate(socket.getPeerCertificate().raw));

function listen(
  server: { listen: (port: number, host: string, done: () => void) => unknown; address: () => unknown },
  port: number,
) {
  return new Promise<number>((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Starts a hub on loopback. */
export async function startFakeHub(options: FakeHubOptions = {}): Promise<FakeHub> {
  const identity = options.identity ?? (await createIdentity({ commonName: 'fake hub', now: new Date() }));
  const fingerprint = fingerprintOf(new X509Certificate(identity.certificatePem));
  const files = options.files ?? createFakeFiles();
  const sockets = new Set<Socket>();
  const tls = {
    cert: identity.certificatePem,
    key: identity.privateKeyPem,
    requestCert: true,
    rejectUnauthorized: false,
  };
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  };
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const look of [...watchers]) look();
  };

  const broker = await Aedes.createBroker();
  broker.authenticate = (client, _username, _password, done) => {
    const nodeId = idFromFingerprint(peerFingerprint(client.conn as TLSSocket));
    done(null, client.id.startsWith(`${nodeId}:`));
  };
  const mqttServer = createTlsServer(tls, (socket) => void broker.handle(socket));
  mqttServer.on('connection', keep);
  const mqttPort = await listen(mqttServer, options.mqttPort ?? 0);

  async function hello(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const nodeId = idFromFingerprint(peerFingerprint(request.socket as TLSSocket));
    const said = helloRequestSchema.parse(JSON.parse(await readBody(request)));
    hub.hellos.push(said);
    changed();
    const answer = options.onHello?.(said, nodeId) ?? 'joined';
    if (answer !== 'joined') {
      return { status: 403, body: { type: 'about:blank', title: 'No', status: 403, ...answer } };
    }
    const body = {
      nodeId,
      hubId: hub.hubId,
      hubName: 'Fake hub',
      mqttPort,
      serverTime: Date.now(),
    };
    return { status: 200, body };
  }

  async function pair(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const asked = { method: request.method ?? '', path: request.url ?? '', body: await readBody(request) };
    const answer = await hub.pairing.answer({
      ...asked,
      peer: peerFingerprint(request.socket as TLSSocket),
    });
    if (answer !== undefined) return answer;
    const problem = { code: 'conflict', detail: 'The hub does not know this attempt.' };
    return { status: 403, body: { type: 'about:blank', title: 'No', status: 403, ...problem } };
  }

  const https: Server = createHttpsServer(tls, (request, response) => {
    if (request.url === '/agent/v1/hello' || request.url?.startsWith('/agent/v1/pairing') === true) {
      const work = request.url === '/agent/v1/hello' ? hello(request) : pair(request);
      work.then(
        ({ status, body }) => {
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        },
        () => response.destroy(),
      );
      return;
    }
    const offered = options.agentPackage?.();
    if (offered !== undefined && request.url?.startsWith('/agent/v1/package?') === true) {
      const { version, sha256, archive } = offered;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ version, sha256, bytes: archive.length, onnx: null }));
      return;
    }
    if (offered !== undefined && request.url === '/agent/v1/package/agent.tar.gz') {
      response.end(offered.archive);
      return;
    }
    if (request.url?.startsWith('/agent/v1/package') === true) {
      const problem = { code: 'not-found', detail: 'There is nothing here for machines.' };
      response.writeHead(404, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ type: 'about:blank', title: 'No', status: 404, ...problem }));
      return;
    }
    files.handle(request, response, changed);
  });
  https.on('connection', keep);
  const tlsPort = await listen(https, options.tlsPort ?? 0);

  const hub: FakeHub = {
    identity,
    fingerprint,
    hubId: idFromFingerprint(fingerprint),
    tlsPort,
    mqttPort,
    url: `https://127.0.0.1:${tlsPort}`,
    files,
    pairing: createFakePairing({
      hubKey: fingerprint,
      isByHand: () => options.approveByHand === true,
      changed,
    }),
    hellos: [],
    statuses: [],
    inventories: [],
    reports: [],
    metrics: [],
    logs: [],
    token: ({ fingerprint: other, addresses } = {}) =>
      encodeJoinToken({
        hubFingerprint: other ?? fingerprint,
        tokenId: 'abcd1234',
        secret: randomBytes(24).toString('base64url'),
        addresses: addresses ?? [`127.0.0.1:${tlsPort}`],
      }),
    order: (nodeId, order) =>
      new Promise((resolve, reject) => {
        broker.publish(
          {
            cmd: 'publish',
            topic: topicName('nodes/{nodeId}/orders', { nodeId }),
            payload: Buffer.from(JSON.stringify(order)),
            qos: 1,
            retain: false,
            dup: false,
          },
          (error) => (error ? reject(error) : resolve()),
        );
      }),
    putFile(name, content) {
      const data = Buffer.from(content);
      const sha256 = createHash('sha256').update(data).digest('hex');
      files.stored.set(sha256, data);
      return { sha256, bytes: data.length, name };
    },
    waitFor(what, pick, timeoutMs = 60_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(look);
          reject(new Error(`the hub waited in vain for ${what}`));
        }, timeoutMs);
        const look = () => {
          const found = pick(hub);
          if (found === undefined) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      });
    },
    connectedClients: () => broker.connectedClients,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([
        new Promise((resolve) => mqttServer.close(resolve)),
        new Promise((resolve) => https.close(resolve)),
      ]);
      await new Promise<void>((resolve) => broker.close(() => resolve()));
    },
  };

  const kept: { readonly [K in TopicFrom<'node'>]: PayloadOf<K>[] | null } = {
    'nodes/{nodeId}/status': hub.statuses,
    'nodes/{nodeId}/inventory': hub.inventories,
    'nodes/{nodeId}/reports': hub.reports,
    'nodes/{nodeId}/metrics': hub.metrics,
    'nodes/{nodeId}/logs': hub.logs,
    'nodes/{nodeId}/holdings': null,
  };
  function take<K extends TopicFrom<'node'>>(key: K, payload: Buffer): void {
    kept[key]?.push(nodeTopics[key].payload.schema.parse(JSON.parse(payload.toString())));
  }

  broker.on('publish', (packet) => {
    const topic = parseTopic(packet.topic);
    if (topic === null || !isHeard(topic)) return;
    take(topic.key, packet.payload as Buffer);
    changed();
  });
  broker.on('clientDisconnect', changed);
  return hub;
}
