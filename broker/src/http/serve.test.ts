import { calls } from '@meshdeck/shared/api';
import fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { compilers } from './compilers.js';
import type { PeopleApp } from './fastify.js';
import { requireRouteAccess, type RouteAccess } from './route-access.js';
import { serve } from './serve.js';

const note = z.object({ text: z.string() });
const notes = calls(
  { thing: 'notes', tag: 'machines' },
  {
    add: {
      method: 'POST',
      path: '/nodes/{id}/notes',
      summary: 'Writes something down',
      action: 'machines.manage',
      owner: 'found',
      cost: 'heavy',
      params: z.object({ id: z.string().min(2) }),
      query: z.object({ times: z.coerce.number().default(1) }),
      body: note,
      status: 201,
      answer: z.object({ added: z.number() }),
    },
    clear: {
      method: 'DELETE',
      path: '/nodes/{id}/notes',
      summary: 'Forgets all of it',
      action: 'machines.manage',
      actionBy: { param: 'id', actions: { mine: 'account.change' } },
      owner: 'narrowed',
      params: z.object({ id: z.string() }),
    },
    look: {
      method: 'GET',
      path: '/notes',
      summary: 'Open to everybody',
      action: 'anyone',
      recordedAs: 'notes.look',
      answer: note,
    },
  },
);

function open(): { app: PeopleApp; access: Map<string, RouteAccess | undefined> } {
  const app: PeopleApp = fastify().withTypeProvider<ZodTypeProvider>();
  onTestFinished(() => app.close());
  app.setValidatorCompiler(compilers.validatorCompiler);
  app.setSerializerCompiler(compilers.serializerCompiler);
  const access = new Map<string, RouteAccess | undefined>();
  app.decorateRequest('place', null);
  requireRouteAccess(app);
  app.addHook('onRoute', ({ method, url, config }) => {
    access.set(`${String(method)} ${url}`, config?.access);
  });
  return { app, access };
}

it('hands a handler what was asked for, parsed, and nothing else', async () => {
  const { app } = open();
  const seen: unknown[] = [];
  serve(
    app,
    notes.add,
    (asked) => {
      seen.push(asked);
      return { added: asked.times };
    },
    { owner: () => 'ada' },
  );
  const sent = { text: 'hot', more: true };
  const answer = await app.inject({ method: 'POST', url: '/nodes/ab/notes?times=3&colour=red', body: sent });
  expect([answer.statusCode, answer.json()]).toEqual([201, { added: 3 }]);
  expect(seen).toEqual([{ id: 'ab', times: 3, body: { text: 'hot' } }]);
  const refused = await app.inject({ method: 'POST', url: '/nodes/a/notes', body: sent });
  expect(refused.statusCode).toBe(400);
  expect(seen).toHaveLength(1);
});

it('answers 204 where the contract knows no answer, and passes an answer of another shape to nobody', async () => {
  const { app } = open();
  serve(app, notes.clear, () => undefined);
  const strange = { text: 7 } as unknown as z.infer<typeof note>;
  serve(app, notes.look, async () => strange);
  const cleared = await app.inject({ method: 'DELETE', url: '/nodes/ab/notes' });
  expect([cleared.statusCode, cleared.body]).toEqual([204, '']);
  expect((await app.inject('/notes')).statusCode).toBe(500);
});

it('takes from the contract who may call, whose it is, and what it costs', () => {
  const { app, access } = open();
  const owner = () => 'ada';
  serve(app, notes.add, () => ({ added: 1 }), { owner });
  serve(app, notes.clear, () => undefined);
  serve(app, notes.look, () => ({ text: '' }));
  expect(access.get('POST /nodes/:id/notes')).toEqual({
    kind: 'action',
    action: 'machines.manage',
    owner,
    cost: 'heavy',
  });
  expect(access.get('DELETE /nodes/:id/notes')).toEqual({
    kind: 'action',
    action: 'machines.manage',
    byParam: { param: 'id', actions: { mine: 'account.change' } },
    owner: 'narrowed',
  });
  expect(access.get('GET /notes')).toEqual({ kind: 'anyone', recordedAs: 'notes.look' });
});

it('lets the route decide what a call costs where the contract leaves that open', () => {
  const { app, access } = open();
  const cost = () => 'wait' as const;
  serve(app, notes.add, () => ({ added: 1 }), { owner: () => null, cost });
  expect(access.get('POST /nodes/:id/notes')).toMatchObject({ cost });
});
