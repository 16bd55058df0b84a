import { createApiClient, type ApiRequest } from '@meshdeck/shared/api';
import { expect, it } from 'vitest';
import { createTransport } from './transport.js';
import type { Upload } from './upload.js';

const answer = (status: number, body: unknown) => () =>
  Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }));

function apiBy(options: Partial<Parameters<typeof createTransport>[0]>) {
  return createApiClient(
    createTransport({
      fetch: () => expect.fail('Nothing is fetched here.'),
      sendFile: () => expect.fail('No file is sent here.'),
      originKey: () => 'k',
      onUnauthorized: () => undefined,
      ...options,
    }),
  );
}

it('parses what the hub answers', async () => {
  const api = apiBy({ fetch: answer(200, { ids: ['a', 'b'], extra: 1 }) });
  expect(await api.jobs.createMany({ body: { jobs: [] } })).toEqual({ ids: ['a', 'b'] });
});

it('shows the origin key with every call, and sends JSON as JSON', async () => {
  const asked: [string, RequestInit | undefined][] = [];
  const api = apiBy({
    fetch: (path, init) => {
      asked.push([String(path), init]);
      return Promise.resolve(new Response(null, { status: 204 }));
    },
  });
  await api.people.signOut({ id: 'ada@example.org', body: { keepKeysAndInvitations: true } });
  await api.keys.revoke({ id: 'a/b' });
  expect(asked.map(([path, init]) => [path, init?.method, init?.body])).toEqual([
    ['/api/v1/people/ada%40example.org/sign-out', 'POST', '{"keepKeysAndInvitations":true}'],
    ['/api/v1/keys/a%2Fb', 'DELETE', undefined],
  ]);
  expect(asked.map(([, init]) => init?.headers)).toEqual([
    { 'meshdeck-origin-key': 'k', 'content-type': 'application/json' },
    { 'meshdeck-origin-key': 'k' },
  ]);
});

it('sends files by the way that tells their progress', async () => {
  const sent: [Pick<ApiRequest<Upload>, 'method' | 'path'>, number, Record<string, string>][] = [];
  const api = apiBy({
    sendFile: (request, { file }, headers) => {
      sent.push([{ method: request.method, path: request.path }, file.size, headers]);
      return answer(200, { sha256: '0'.repeat(64), name: 'a b.csv', bytes: 3 })();
    },
  });
  const { bytes } = await api.files.put({ name: 'a b.csv', body: { file: new Blob(['1,2']) } });
  expect(bytes).toBe(3);
  expect(sent).toEqual([
    [{ method: 'PUT', path: '/api/v1/files?name=a+b.csv' }, 3, { 'meshdeck-origin-key': 'k' }],
  ]);
});

it('turns problem details into the error they carry', async () => {
  const problem = {
    type: 'about:blank',
    title: 'Conflict',
    status: 409,
    detail: 'There is a machine of that name already. Choose another.',
    code: 'already-exists',
    technical: 'nodes.name',
  };
  const api = apiBy({ fetch: answer(409, problem) });
  await expect(api.nodes.patch({ id: 'x', body: { name: 'y' } })).rejects.toMatchObject({
    code: 'already-exists',
    message: problem.detail,
    detail: 'nodes.name',
  });
});

it('says it when nobody answers', async () => {
  const nobody = () => Promise.reject(new TypeError('Failed to fetch'));
  const api = apiBy({ fetch: nobody, sendFile: nobody });
  await expect(api.jobs.remove({ id: 'x' })).rejects.toMatchObject({ code: 'hub-unreachable' });
  const file = new Blob(['x']);
  await expect(api.files.put({ name: 'x', body: { file } })).rejects.toMatchObject({
    code: 'hub-unreachable',
  });
});

it('passes on that a call was given up', async () => {
  const gone = new AbortController();
  gone.abort(new Error('left'));
  const api = apiBy({ fetch: (_path, init) => Promise.reject(init?.signal?.reason as Error) });
  await expect(api.jobs.get({ id: 'x' }, { signal: gone.signal })).rejects.toThrow('left');
});

it('reports a missing session and an answer of another shape', async () => {
  let signedOut = 0;
  const closed = apiBy({ fetch: answer(401, 'no'), onUnauthorized: () => (signedOut += 1) });
  await expect(closed.hub.view()).rejects.toMatchObject({ code: 'internal' });
  expect(signedOut).toBe(1);
  const strange = apiBy({ fetch: answer(200, '<html>') });
  await expect(strange.hub.view()).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining('Reload the page') as string,
  });
});
