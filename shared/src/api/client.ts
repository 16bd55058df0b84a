import type * as z from 'zod';
import type { MeshdeckError } from '../errors.js';
import type { Answer, Asked } from './asked.js';
import { callPath } from './call-path.js';
import type { Call } from './call.js';
import { contract, type Contract } from './contract.js';
import { parseJson } from './parse-json.js';

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

/** One call as it is sent. */
export interface ApiRequest<Raw> extends CallOptions {
  method: Call['method'];
  /** With its query. */
  path: string;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  raw?: Raw;
}

/** How calls reach a hub: where it is, what lets us in, and what is said when something goes wrong. */
export interface ApiTransport<Raw, Bytes> {
  /** @throws MeshdeckError what the hub refuses, or `hub-unreachable` */
  send(request: ApiRequest<Raw>): Promise<{ text(): Promise<string>; bytes(): Bytes }>;
  /** What to say of an answer that is not as the contract has it. */
  misunderstood(request: ApiRequest<Raw>, error: z.ZodError): MeshdeckError;
}

type Nothing = Readonly<Record<string, never>>;
type Ask<C extends Call, Raw, Bytes> =
  unknown extends Asked<C, Raw>
    ? (asked?: Nothing, options?: CallOptions) => Promise<Answer<C, Bytes>>
    : object extends Asked<C, Raw>
      ? (asked?: Asked<C, Raw>, options?: CallOptions) => Promise<Answer<C, Bytes>>
      : (asked: Asked<C, Raw>, options?: CallOptions) => Promise<Answer<C, Bytes>>;

/** Every call of the contract as a function of what it asks, answers parsed. All throw `MeshdeckError`. */
export type ApiClient<Raw = never, Bytes = never> = {
  readonly [Thing in keyof Contract]: {
    readonly [Name in keyof Contract[Thing]]: Contract[Thing][Name] extends Call
      ? Ask<Contract[Thing][Name], Raw, Bytes>
      : never;
  };
};

function ask<Raw, Bytes>(call: Call, transport: ApiTransport<Raw, Bytes>) {
  return async (asked: { body?: unknown } = {}, options: CallOptions = {}): Promise<unknown> => {
    const { body, ...address } = asked;
    const request: ApiRequest<Raw> = {
      ...{ method: call.method, path: callPath(call, address), ...options },
      ...(body !== undefined && (call.takes === undefined ? { json: body } : { raw: body as Raw })),
    };
    const answer = await transport.send(request);
    if (call.gives !== undefined) return answer.bytes();
    const text = await answer.text();
    if (call.answer === undefined) return undefined;
    const read = call.answer.safeParse(parseJson(text));
    if (read.success) return read.data;
    throw transport.misunderstood(request, read.error);
  };
}

/** The one client of the hub's API, made from its contract; how calls travel is the transport's. */
export function createApiClient<Raw, Bytes>(transport: ApiTransport<Raw, Bytes>): ApiClient<Raw, Bytes> {
  const things = Object.entries(contract).map(([thing, calls]) => {
    const asks = Object.entries(calls).map(([name, call]: [string, Call]) => [name, ask(call, transport)]);
    return [thing, Object.fromEntries(asks)] as const;
  });
  return Object.fromEntries(things) as ApiClient<Raw, Bytes>;
}
