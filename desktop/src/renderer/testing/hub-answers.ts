import { type ErrorCode, MeshdeckError } from '@meshdeck/shared';
import { vi } from 'vitest';

/** A call as it left the page. */
export interface HubCall {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

type Answer = (call: HubCall) => unknown;

/** `GET /api/v1/nodes` and what the hub answers to it: a value as JSON, a promise of one, or a thrown `MeshdeckError` as its refusal. */
export type HubAnswers = Record<string, Answer>;

/**
 * Stands in for the hub at the page's own edge, `fetch`: everything above it is the real thing, so that answers are parsed as
 * the hub's are. Calls that nobody expects are refused with 404. Returns the calls, as they come.
 */
export function answerCalls(answers: HubAnswers): HubCall[] {
  const calls: HubCall[] = [];
  vi.stubGlobal('fetch', async (input: string, init: RequestInit = {}) => {
    const url = new URL(input, 'http://hub.test');
    const call: HubCall = {
      method: init.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
    };
    calls.push(call);
    const answer = answers[`${call.method} ${call.path}`];
    try {
      if (answer === undefined) throw refusal('not-found', `No answer to ${call.method} ${call.path}.`);
      const value = await answer(call);
      return value === undefined ? new Response(null, { status: 204 }) : Response.json(value);
    } catch (error) {
      if (!(error instanceof MeshdeckError)) throw error;
      const problem = { type: 'about:blank', title: error.code, code: error.code, status: 409 };
      return Response.json({ ...problem, detail: error.message, technical: error.detail }, { status: 409 });
    }
  });
  return calls;
}

/** How the hub says no. */
export const refusal = (code: ErrorCode, message: string, detail?: string): MeshdeckError =>
  new MeshdeckError(code, message, detail === undefined ? {} : { detail });
