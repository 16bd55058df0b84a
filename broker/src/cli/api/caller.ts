import type { Readable } from 'node:stream';
import { MeshdeckError, problemSchema } from '@meshdeck/shared';
import { request, type Agent, type Dispatcher } from 'undici';
import type * as z from 'zod';
import type { ConnectionSource } from './connection.js';
import { createDispatcher } from './pinned.js';

export type Query = Readonly<Record<string, string | number | undefined>>;

interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Query;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  raw?: { body: Readable; bytes?: number };
  signal?: AbortSignal | undefined;
}

export interface Caller {
  /** @throws MeshdeckError with the hub's own code and sentence, or `hub-unreachable` */
  json<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.infer<Schema>>;
  nothing(call: Call): Promise<void>;
  /** The body, not yet read. */
  stream(call: Call): Promise<Readable>;
}

/** One for each certificate that is believed. */
const dispatchers = new Map<string | null, Agent>();

function dispatcherFor(fingerprint: string | null): Agent {
  const dispatcher = dispatchers.get(fingerprint) ?? createDispatcher(fingerprint);
  dispatchers.set(fingerprint, dispatcher);
  return dispatcher;
}

function queryString(query: Query | undefined): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {}))
    if (value !== undefined) search.set(key, String(value));
  return search.size === 0 ? '' : `?${search}`;
}

async function refusal(response: Dispatcher.ResponseData, url: string): Promise<MeshdeckError> {
  const text = await response.body.text();
  const problem = problemSchema.safeParse(parse(text));
  if (problem.success) {
    const { code, detail, technical } = problem.data;
    return new MeshdeckError(code, detail, technical === undefined ? {} : { detail: technical });
  }
  return new MeshdeckError('internal', `The hub answered ${response.statusCode} to ${url}.`, {
    detail: text.slice(0, 2000),
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Calls of the hub's HTTP API: authorised, answers checked against their schemas, problems thrown. */
export function createCaller(connection: ConnectionSource): Caller {
  async function send({ method, path, query, json, raw, signal }: Call): Promise<Dispatcher.ResponseData> {
    const { url, token, fingerprint } = connection.resolve();
    const dispatcher = dispatcherFor(fingerprint);
    const target = `${url}${path}${queryString(query)}`;
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: 'application/json' };
    if (json !== undefined) headers['content-type'] = 'application/json';
    if (raw !== undefined) headers['content-type'] = 'application/octet-stream';
    if (raw?.bytes !== undefined) headers['content-length'] = String(raw.bytes);
    const body = json === undefined ? (raw?.body ?? null) : JSON.stringify(json);
    let response: Dispatcher.ResponseData;
    try {
      response = await request(target, { method, headers, body, dispatcher, signal: signal ?? null });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw connection.unreachable(error);
    }
    if (response.statusCode >= 400) throw await refusal(response, path);
    return response;
  }

  return {
    async json(call, schema) {
      const response = await send(call);
      const answer = schema.safeParse(parse(await response.body.text()));
      if (answer.success) return answer.data;
      throw new MeshdeckError(
        'internal',
        `The hub's answer to ${call.path} is not what this version understands. Use the meshdeck of the hub's version.`,
        { cause: answer.error },
      );
    },
    async nothing(call) {
      const response = await send(call);
      await response.body.dump();
    },
    async stream(call) {
      return (await send(call)).body;
    },
  };
}
