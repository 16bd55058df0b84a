import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { Readable } from 'node:stream';
import { MeshdeckError, problemSchema } from '@meshdeck/shared';
import type { HubAddress } from '../join/hub-address.js';
import type { TrustedTls } from '../join/trusted-tls.js';

/** The hub as the file transfers see it; a new one for every welcome. */
export interface HubEndpoint {
  address: HubAddress;
  agent: Agent;
}

/** Connections are kept and reused; TLS sessions are not, so the hub reads our key on each of them. */
export function createHubEndpoint(address: HubAddress, tls: TrustedTls): HubEndpoint {
  return { address, agent: new Agent({ ...tls, keepAlive: true, maxSockets: 8, maxCachedSessions: 0 }) };
}

/** No byte for this long means the connection is dead. */
const idleTimeoutMs = 15_000;

export interface HubRequest {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: Readable;
  signal: AbortSignal;
}

/** Sends one request; resolves with the answer's head, its body still to be read. */
export function sendRequest(endpoint: HubEndpoint, options: HubRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: endpoint.address.host,
        port: endpoint.address.port,
        agent: endpoint.agent,
        method: options.method,
        path: options.path,
        headers: options.headers ?? {},
        signal: options.signal,
        timeout: idleTimeoutMs,
      },
      resolve,
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no byte in ${idleTimeoutMs} ms`)));
    outgoing.once('error', (error) => {
      options.body?.destroy();
      reject(error);
    });
    if (options.body === undefined) {
      outgoing.end();
    } else {
      options.body.once('error', (error) => outgoing.destroy(error));
      options.body.pipe(outgoing);
    }
  });
}

/** Reads a short answer to its end. */
export async function readText(response: IncomingMessage, maxBytes = 64 * 1024): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk as string;
    if (text.length > maxBytes) {
      response.destroy();
      throw new Error('the answer is too long');
    }
  }
  return text;
}

/** The hub has no room for the file now; how long that lasts is not the connection's fault. */
export class HubIsFull extends Error {}

/** The hub's no, in its own words where it has some. 4xx is final, anything else is worth another try. */
export async function refusalOf(response: IncomingMessage): Promise<MeshdeckError | Error> {
  const status = response.statusCode ?? 0;
  const text = await readText(response).catch(() => '');
  const final = status >= 400 && status < 500 && status !== 408 && status !== 409 && status !== 429;
  if (status === 507) return new HubIsFull('the disk of the hub is full');
  if (!final) return new Error(`status ${status}`);
  try {
    const { code, detail } = problemSchema.parse(JSON.parse(text));
    return new MeshdeckError(code, detail);
  } catch {
    return new MeshdeckError('transfer-failed', `The hub refused the file transfer with status ${status}.`);
  }
}
