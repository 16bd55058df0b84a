import { request } from 'node:https';
import {
  helloResponseSchema,
  MeshdeckError,
  meshdeckVersion,
  problemSchema,
  type HelloRequest,
  type HelloResponse,
  type Labels,
} from '@meshdeck/shared';
import { ordersAhead } from '../jobs/attempts.js';
import type { HubAddress } from './hub-address.js';
import type { TrustedTls } from './trusted-tls.js';

const maxAnswerBytes = 64 * 1024;

function post(options: {
  address: HubAddress;
  tls: TrustedTls;
  body: string;
  timeoutMs: number;
  signal: AbortSignal;
}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...options.tls,
        host: options.address.host,
        port: options.address.port,
        path: '/agent/v1/hello',
        method: 'POST',
        agent: false,
        signal: options.signal,
        timeout: options.timeoutMs,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(options.body) },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > maxAnswerBytes) response.destroy(new Error('the answer is too long'));
        });
        response.once('error', reject);
        response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer in ${options.timeoutMs} ms`)));
    outgoing.once('error', reject);
    outgoing.end(options.body);
  });
}

/**
 * Introduces this machine to the hub, over TLS that trusts that hub only.
 * @throws MeshdeckError with the hub's own code (`token-invalid`, `token-used-up`, `identity-cloned`, `forbidden`), or
 * `hub-unreachable`
 */
export async function sayHello(options: {
  address: HubAddress;
  tls: TrustedTls;
  hello: HelloRequest;
  signal: AbortSignal;
}): Promise<HelloResponse> {
  let answer: { status: number; text: string };
  let body: unknown;
  try {
    answer = await post({ ...options, body: JSON.stringify(options.hello), timeoutMs: 5000 });
    body = JSON.parse(answer.text);
  } catch (cause) {
    throw new MeshdeckError('hub-unreachable', 'The hub did not answer the hello.', { cause });
  }
  if (answer.status === 200) return helloResponseSchema.parse(body);
  const problem = problemSchema.safeParse(body);
  if (problem.success) {
    const { code, detail, technical } = problem.data;
    throw new MeshdeckError(code, detail, technical === undefined ? {} : { detail: technical });
  }
  throw new MeshdeckError('hub-unreachable', `The hub answered the hello with status ${answer.status}.`);
}

/** What a machine says of itself in every hello. */
export function helloOf(
  config: { name: string; slots: number; labels: Labels },
  instanceId: string,
): Omit<HelloRequest, 'join'> {
  const platform = `${process.platform}-${process.arch}`;
  return {
    instanceId,
    name: config.name,
    version: meshdeckVersion,
    platform,
    slots: config.slots,
    prefetch: ordersAhead,
    labels: config.labels,
  };
}
