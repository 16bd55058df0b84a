import { request } from 'node:https';
import { MeshdeckError, problemSchema } from '@meshdeck/shared';
import type * as z from 'zod';
import type { HubAddress } from './hub-address.js';
import type { TrustedTls } from './trusted-tls.js';

const maxAnswerBytes = 64 * 1024;

export interface HubCall<Schema extends z.ZodType> {
  address: HubAddress;
  tls: TrustedTls;
  method: 'GET' | 'POST';
  path: string;
  /** Sent as JSON. */
  json?: unknown;
  answer: Schema;
  timeoutMs: number;
  signal: AbortSignal;
}

function send(call: HubCall<z.ZodType>): Promise<{ status: number; text: string }> {
  const body = call.json === undefined ? '' : JSON.stringify(call.json);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...call.tls,
        host: call.address.host,
        port: call.address.port,
        path: call.path,
        method: call.method,
        agent: false,
        signal: call.signal,
        timeout: call.timeoutMs,
        headers:
          call.json === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
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
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer in ${call.timeoutMs} ms`)));
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/**
 * One call of the agents' API on a connection of its own, over TLS that trusts that hub's key only.
 * @throws MeshdeckError with the hub's own code, or `hub-unreachable`
 */
export async function callHub<Schema extends z.ZodType>(call: HubCall<Schema>): Promise<z.infer<Schema>> {
  let sent: { status: number; text: string };
  let body: unknown;
  try {
    sent = await send(call);
    body = JSON.parse(sent.text);
  } catch (cause) {
    throw new MeshdeckError('hub-unreachable', `The hub did not answer ${call.path}.`, { cause });
  }
  if (sent.status === 200) {
    const answer = call.answer.safeParse(body);
    if (answer.success) return answer.data;
    throw new MeshdeckError(
      'hub-unreachable',
      'What answers does not speak as a hub of this version does. Use the meshdeck-node that comes with the hub.',
      { cause: answer.error },
    );
  }
  const problem = problemSchema.safeParse(body);
  if (problem.success) {
    const { code, detail, technical } = problem.data;
    throw new MeshdeckError(code, detail, technical === undefined ? {} : { detail: technical });
  }
  throw new MeshdeckError('hub-unreachable', `The hub answered ${call.path} with status ${sent.status}.`);
}
