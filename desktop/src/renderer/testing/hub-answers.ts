import { type ErrorCode, MeshdeckError } from '@meshdeck/shared';
import { vi } from 'vitest';

/** A call as it left the page. */
export interface HubCall {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

/** `GET /api/v1/nodes` and what the hub answers to it: a value as JSON, a promise of one, or a thrown `MeshdeckError` as its refusal. */
export type HubAnswers = Record<string, (call: HubCall) => unknown>;

/**
 * Stands in for the hub at the page's own edge, `fetch` and `XMLHttpRequest`: everything above is the real thing, so that
 * answers are parsed as the hub's are. Calls that nobody expects are refused. Returns the calls, as they come.
 */
export function answerCalls(answers: HubAnswers): HubCall[] {
  const calls: HubCall[] = [];

  async function answer(method: string, address: string, body: unknown): Promise<Response> {
    const { pathname: path, searchParams: query } = new URL(address, 'http://hub.test');
    const call: HubCall = { method, path, query, body };
    calls.push(call);
    try {
      const given = answers[`${method} ${path}`];
      if (given === undefined) throw refusal('not-found', `No answer to ${method} ${path}.`);
      const value = await given(call);
      return value === undefined ? new Response(null, { status: 204 }) : Response.json(value);
    } catch (error) {
      if (!(error instanceof MeshdeckError)) throw error;
      const problem = { type: 'about:blank', title: error.code, code: error.code, status: 409 };
      return Response.json({ ...problem, detail: error.message, technical: error.detail }, { status: 409 });
    }
  }

  vi.stubGlobal('fetch', (address: string, { method = 'GET', body }: RequestInit = {}) =>
    answer(method, address, typeof body === 'string' ? JSON.parse(body) : undefined),
  );
  vi.stubGlobal('XMLHttpRequest', uploadBy(answer));
  return calls;
}

/** As much of `XMLHttpRequest` as a file goes up by. */
function uploadBy(answer: (method: string, address: string, body: unknown) => Promise<Response>) {
  return class extends EventTarget {
    readonly upload = new EventTarget();
    status = 0;
    responseText = '';
    #method = '';
    #address = '';

    open(method: string, address: string): void {
      this.#method = method;
      this.#address = address;
    }

    setRequestHeader(): void {
      // Who is asking is not what these tests are about.
    }

    send(file: unknown): void {
      void answer(this.#method, this.#address, file).then(async (response) => {
        this.status = response.status;
        this.responseText = await response.text();
        this.dispatchEvent(new Event('load'));
      });
    }
  };
}

/** How the hub says no. */
export const refusal = (code: ErrorCode, message: string, detail?: string): MeshdeckError =>
  new MeshdeckError(code, message, detail === undefined ? {} : { detail });
