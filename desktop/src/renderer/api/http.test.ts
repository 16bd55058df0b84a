import * as z from 'zod';
import { expect, it } from 'vitest';
import { createHttp } from './http.js';

const answer = (status: number, body: unknown) => () =>
  Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }));

const schema = z.object({ name: z.string() });

it('parses what the hub answers', async () => {
  const http = createHttp({
    fetch: answer(200, { name: 'lab-1', extra: 1 }),
    originKey: () => 'k',
    onUnauthorized: () => undefined,
  });
  expect(await http.json(schema, '/x')).toEqual({ name: 'lab-1' });
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
  const http = createHttp({
    fetch: answer(409, problem),
    originKey: () => 'k',
    onUnauthorized: () => undefined,
  });
  await expect(http.json(schema, '/x')).rejects.toMatchObject({
    code: 'already-exists',
    message: problem.detail,
    detail: 'nodes.name',
  });
});

it('says it when nobody answers', async () => {
  const http = createHttp({
    fetch: () => Promise.reject(new TypeError('Failed to fetch')),
    originKey: () => 'k',
    onUnauthorized: () => undefined,
  });
  await expect(http.none('/x', { method: 'DELETE' })).rejects.toMatchObject({ code: 'hub-unreachable' });
});

it('reports a missing session and an answer of another shape', async () => {
  let signedOut = 0;
  const closed = createHttp({
    fetch: answer(401, 'no'),
    originKey: () => 'k',
    onUnauthorized: () => (signedOut += 1),
  });
  await expect(closed.json(schema, '/x')).rejects.toMatchObject({ code: 'internal' });
  expect(signedOut).toBe(1);
  const strange = createHttp({
    fetch: answer(200, '<html>'),
    originKey: () => 'k',
    onUnauthorized: () => undefined,
  });
  await expect(strange.json(schema, '/x')).rejects.toMatchObject({ code: 'internal' });
});
