import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { createApiClient, type ApiRequest } from './client.js';
import { callPath, paramsOf } from './call-path.js';
import { contract, everyCall } from './contract.js';
import { pages } from './paging.js';
import { MeshdeckError } from '../errors.js';

describe('the contract', () => {
  it('names every call by the place it has', () => {
    const placed = Object.entries(contract).flatMap(([thing, calls]) =>
      Object.keys(calls).map((name) => `${thing}.${name}`),
    );
    expect(everyCall.map(({ name }) => name)).toEqual(placed);
  });

  it('has every method and path once', () => {
    const all = everyCall.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`);
    expect(new Set(all).size).toBe(all.length);
  });

  it.each(everyCall)('$name describes every parameter of its path, and asks nothing twice', (call) => {
    const params = Object.keys(call.params?.shape ?? {});
    expect(params.sort()).toEqual(paramsOf(call.path).sort());
    const asked = [...params, ...Object.keys(call.query?.shape ?? {})];
    expect(new Set([...asked, 'body']).size).toBe(asked.length + 1);
  });

  it.each(everyCall)('$name takes one kind of body, and answers in one way', (call) => {
    expect([call.body, call.takes].filter((one) => one !== undefined).length).toBeLessThan(2);
    const ways = [call.answer, call.gives, call.redirects].filter((one) => one !== undefined);
    expect(ways.length).toBeLessThan(2);
    if (call.status !== undefined) expect(call.answer).toBeDefined();
    if (call.method === 'GET' || call.method === 'DELETE') expect(call.body ?? call.takes).toBeUndefined();
    if (call.actionBy !== undefined) expect(paramsOf(call.path)).toContain(call.actionBy.param);
    if (call.recordedAs !== undefined) expect(call.action).toBe('anyone');
  });
});

describe('the path of a call', () => {
  it('holds its parameters escaped, and its query without what is left out', () => {
    expect(callPath(contract.apps.model, { name: 'Eve/digits?', version: 'a&b' })).toBe(
      '/api/v1/apps/Eve%2Fdigits%3F/model?version=a%26b',
    );
    expect(callPath(contract.apps.model, { name: '$&', version: undefined })).toBe(
      '/api/v1/apps/%24%26/model',
    );
  });

  it('names a list as often as it has items, and none where it is empty', () => {
    expect(callPath(contract.jobs.list, { state: ['failed', 'running'], limit: 5 })).toBe(
      '/api/v1/jobs?state=failed&state=running&limit=5',
    );
    expect(callPath(contract.jobs.list, { state: [] })).toBe('/api/v1/jobs');
  });

  it('writes a flag as the query reads it', () => {
    const { query } = contract.jobs.rows;
    for (const descending of [true, false]) {
      const path = callPath(contract.jobs.rows, { id: 'x', descending });
      const asked = Object.fromEntries(new URL(path, 'http://hub').searchParams);
      expect(query.parse(asked).descending).toBe(descending);
    }
  });
});

describe('the client', () => {
  /** A hub that answers every call with this text, and what it was asked. */
  function clientOf(...answers: string[]) {
    const asked: ApiRequest<string>[] = [];
    const api = createApiClient<string, string>({
      send: async (request) => {
        asked.push(request);
        const text = answers[asked.length - 1] ?? '';
        return { text: async () => text, bytes: () => `bytes of ${request.path}` };
      },
      misunderstood: ({ path }, error) => new MeshdeckError('internal', `${path}: ${error.issues.length}`),
    });
    return { api, asked };
  }

  it('has a function for every call of the contract', () => {
    const { api } = clientOf();
    for (const { name } of everyCall) {
      const [thing = '', call = ''] = name.split('.');
      const found = (api as Record<string, Record<string, unknown>>)[thing]?.[call];
      expect(found, name).toBeTypeOf('function');
    }
  });

  it('sends JSON and raw bodies apart, and a signal where there is one', async () => {
    const { signal } = new AbortController();
    const { api, asked } = clientOf('{"url":"http://hub/x"}', '{"sha256":"x"}', '');
    await api.hub.createLink({}, { signal });
    await expect(api.files.put({ name: 'a.csv', body: 'raw' })).rejects.toThrow('/api/v1/files?name=a.csv');
    await api.keys.revoke({ id: 'k' });
    expect(asked).toEqual([
      { method: 'POST', path: '/api/v1/ui-links', signal },
      { method: 'PUT', path: '/api/v1/files?name=a.csv', raw: 'raw' },
      { method: 'DELETE', path: '/api/v1/keys/k' },
    ]);
  });

  it('gives what the schema makes of an answer, files unread, and nothing for nothing', async () => {
    const { api } = clientOf('{"ids":["a"],"more":1}', '', 'whatever');
    expect(await api.jobs.createMany({ body: { jobs: [] } })).toEqual({ ids: ['a'] });
    expect(await api.jobs.output({ id: 'j' })).toBe('bytes of /api/v1/jobs/j/output');
    expect(await api.jobs.remove({ id: 'j' })).toBeUndefined();
  });

  it.each(['', '<html>', '{"ids":7}'])('refuses an answer of another shape: %j', async (text) => {
    const { api } = clientOf(text);
    await expect(api.jobs.createMany({ body: { jobs: [] } })).rejects.toMatchObject({ code: 'internal' });
  });
});

it('gathers every page of a list, and asks on with what the page before said', async () => {
  const given = new Map<string | undefined, { items: number[]; nextCursor: string | null }>([
    [undefined, { items: [1, 2], nextCursor: 'a' }],
    ['a', { items: [], nextCursor: 'b' }],
    ['b', { items: [3], nextCursor: null }],
  ]);
  const answer = async ({ cursor }: { cursor?: string }) => given.get(cursor) ?? expect.fail(cursor);
  expect(await pages('items', answer)).toEqual([1, 2, 3]);
});

it('keeps a call’s schemas as they were declared', () => {
  expect(contract.jobs.get.query.parse({ wait: '2.5' })).toEqual({ wait: 2.5 });
  expect(contract.nodes.act.params.shape.action).toBeInstanceOf(z.ZodEnum);
});
