import { MeshdeckError, originKeyHeader, problemSchema } from '@meshdeck/shared';
import type * as z from 'zod';

export interface HttpRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  signal?: AbortSignal;
}

export interface Http {
  /** Calls the hub and parses its answer. Throws `MeshdeckError`; `hub-unreachable` where nobody answered. */
  json<T>(schema: z.ZodType<T>, path: string, request?: HttpRequest): Promise<T>;
  /** A call whose answer does not matter. */
  none(path: string, request: HttpRequest): Promise<void>;
}

/** `onUnauthorized` is called whenever the hub says it does not know who we are; `originKey` goes with every call. */
export function createHttp(options: {
  fetch: typeof fetch;
  originKey: () => string;
  onUnauthorized(): void;
}): Http {
  async function send(path: string, request: HttpRequest): Promise<Response> {
    const headers: Record<string, string> = { [originKeyHeader]: options.originKey() };
    const init: RequestInit = { method: request.method ?? 'GET', credentials: 'same-origin', headers };
    if (request.body !== undefined) {
      init.body = JSON.stringify(request.body);
      headers['content-type'] = 'application/json';
    }
    if (request.signal !== undefined) init.signal = request.signal;
    let response: Response;
    try {
      response = await options.fetch(path, init);
    } catch (error) {
      if (request.signal?.aborted === true) throw error;
      throw unreachable(error);
    }
    if (response.ok) return response;
    if (response.status === 401) options.onUnauthorized();
    throw problemFrom(await response.text(), response.status);
  }

  return {
    json: async (schema, path, request = {}) => {
      const response = await send(path, request);
      return parseAnswer(schema, await response.text());
    },
    none: async (path, request) => {
      await send(path, request);
    },
  };
}

export function unreachable(cause?: unknown): MeshdeckError {
  return new MeshdeckError(
    'hub-unreachable',
    'The hub does not answer. Check that it is running, then try again.',
    {
      cause,
    },
  );
}

/** A refusal as the error it carries; strangers (a proxy's page, say) become `internal`. */
export function problemFrom(text: string, status: number): MeshdeckError {
  const problem = problemSchema.safeParse(parsed(text));
  if (!problem.success) {
    return new MeshdeckError('internal', `The hub refused this with status ${status} and no reason.`, {
      detail: text.slice(0, 500),
    });
  }
  const { code, detail, technical } = problem.data;
  return new MeshdeckError(code, detail, technical === undefined ? {} : { detail: technical });
}

export function parseAnswer<T>(schema: z.ZodType<T>, text: string): T {
  const answer = schema.safeParse(parsed(text));
  if (answer.success) return answer.data;
  throw new MeshdeckError(
    'internal',
    'The hub answered in a way this page does not understand. Reload the page: the hub may be of another version.',
    { detail: answer.error.message.slice(0, 2000) },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
