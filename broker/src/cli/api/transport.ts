import type { Readable } from 'node:stream';
import { MeshdeckError } from '@meshdeck/shared';
import {
  createApiClient,
  refusalIn,
  type ApiClient,
  type ApiRequest,
  type ApiTransport,
} from '@meshdeck/shared/api';
import type { Agent, Dispatcher } from 'undici';
import type { ConnectionSource } from './connection.js';
import type { Upload } from './upload.js';

/** undici is a large part of what a command takes to start: only those that call a hub load it. */
const loadClient = () => import('./pinned.js');

/** One for each certificate that is believed. */
const dispatchers = new Map<string | null, Agent>();

const withoutQuery = (path: string) => path.split('?', 1)[0] ?? '';

async function refusal(response: Dispatcher.ResponseData, path: string): Promise<MeshdeckError> {
  const text = await response.body.text();
  return (
    refusalIn(text) ??
    new MeshdeckError('internal', `The hub answered ${response.statusCode} to ${withoutQuery(path)}.`, {
      detail: text.slice(0, 2000),
    })
  );
}

/** Calls of the hub that `connection` names: authorised, problems thrown, files read as they come. */
function createTransport(connection: ConnectionSource): ApiTransport<Upload, Readable> {
  async function send({
    method,
    path,
    json,
    raw,
    signal,
  }: ApiRequest<Upload>): Promise<Dispatcher.ResponseData> {
    const { url, token, fingerprint } = connection.resolve();
    const { request, createDispatcher } = await loadClient();
    const dispatcher = dispatchers.get(fingerprint) ?? createDispatcher(fingerprint);
    dispatchers.set(fingerprint, dispatcher);
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: 'application/json' };
    if (json !== undefined) headers['content-type'] = 'application/json';
    if (raw !== undefined) headers['content-type'] = 'application/octet-stream';
    if (raw?.bytes !== undefined) headers['content-length'] = String(raw.bytes);
    const body = json === undefined ? (raw?.stream ?? null) : JSON.stringify(json);
    let response: Dispatcher.ResponseData;
    try {
      response = await request(`${url}${path}`, {
        method,
        headers,
        body,
        dispatcher,
        signal: signal ?? null,
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw connection.unreachable(error);
    }
    if (response.statusCode >= 400) throw await refusal(response, path);
    return response;
  }

  return {
    async send(request) {
      const { body } = await send(request);
      return { text: () => body.text(), bytes: () => body };
    },
    misunderstood: ({ path }, cause) =>
      new MeshdeckError(
        'internal',
        `The hub's answer to ${withoutQuery(path)} is not what this version understands. Use the meshdeck of the hub's version.`,
        { cause },
      ),
  };
}

/** The hub's API, as the command line calls it. */
export type Api = ApiClient<Upload, Readable>;

export const createApi = (connection: ConnectionSource): Api => createApiClient(createTransport(connection));
