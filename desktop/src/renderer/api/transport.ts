import { MeshdeckError, originKeyHeader } from '@meshdeck/shared';
import { refusalIn, type ApiRequest, type ApiTransport } from '@meshdeck/shared/api';
import type { Upload } from './upload.js';

/**
 * Calls of the hub that served this page. `onUnauthorized` is called whenever the hub says it does not know who we are;
 * `originKey` goes with every call; `sendFile` sends a file, and tells how much of it has left.
 */
export function createTransport(options: {
  fetch: typeof fetch;
  sendFile: (request: ApiRequest<Upload>, file: Upload, headers: Record<string, string>) => Promise<Response>;
  originKey: () => string;
  onUnauthorized(): void;
}): ApiTransport<Upload, Promise<Blob>> {
  function answerOf(request: ApiRequest<Upload>): Promise<Response> {
    const { method, path, json, raw, signal } = request;
    const headers: Record<string, string> = { [originKeyHeader]: options.originKey() };
    if (raw !== undefined) return options.sendFile(request, raw, headers);
    const init: RequestInit = { method, credentials: 'same-origin', headers };
    if (json !== undefined) {
      init.body = JSON.stringify(json);
      headers['content-type'] = 'application/json';
    }
    if (signal !== undefined) init.signal = signal;
    return options.fetch(path, init);
  }

  return {
    async send(request) {
      let response: Response;
      try {
        response = await answerOf(request);
      } catch (error) {
        if (request.signal?.aborted === true) throw error;
        throw unreachable(error);
      }
      if (response.status === 401) options.onUnauthorized();
      if (!response.ok) throw refusal(await response.text(), response.status);
      return { text: () => response.text(), bytes: () => response.blob() };
    },
    misunderstood: (_request, error) =>
      new MeshdeckError(
        'internal',
        'The hub answered in a way this page does not understand. Reload the page: the hub may be of another version.',
        { detail: error.message.slice(0, 2000) },
      ),
  };
}

function unreachable(cause: unknown): MeshdeckError {
  return new MeshdeckError(
    'hub-unreachable',
    'The hub does not answer. Check that it is running, then try again.',
    { cause },
  );
}

/** What the hub refuses, in its own words; strangers (a proxy's page, say) become `internal`. */
function refusal(text: string, status: number): MeshdeckError {
  return (
    refusalIn(text) ??
    new MeshdeckError('internal', `The hub refused this with status ${status} and no reason.`, {
      detail: text.slice(0, 500),
    })
  );
}
