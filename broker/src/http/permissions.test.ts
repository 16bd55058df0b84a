import { keyScopes, roles, type Action, type Role } from '@meshdeck/shared';
import { everyCall, type Call } from '@meshdeck/shared/api';
import fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { permissions } from '../users/index.js';
import type { PeopleApp } from './fastify.js';
import { joinedNode } from './fixtures/hub-services.js';
import { cookieOf, openPeopleHub, shown, type Answer } from './fixtures/people-hub.js';
import { allow, openToAnyone, requireRouteAccess } from './route-access.js';

interface WalkedCall {
  /** Method and path; where a path's word decides the action, with that word in it. */
  name: string;
  action: Action | 'anyone';
  /** About one thing, which belongs to somebody. */
  isOwned: boolean;
}

/** A call once, or once for each word of its path that may be another action. */
function walked({ method, path, action, actionBy, params, owner }: Call): WalkedCall[] {
  const call = { name: `${method} ${path}`, action, isOwned: owner === 'found' };
  if (actionBy === undefined) return [call];
  const words = params?.shape[actionBy.param];
  if (!(words instanceof z.ZodEnum)) throw new Error(`${call.name} does not list its words.`);
  return words.options.map((word) => ({
    ...call,
    name: call.name.replace(`{${actionBy.param}}`, String(word)),
    action: actionBy.actions[word] ?? action,
  }));
}

/** Every call of the contract. */
const calls = everyCall.flatMap(walked);

/** Things that belong to somebody else, where a call is about one thing. */
const others: Record<string, string> = {
  jobs: 'theirs',
  nodes: joinedNode.id,
  apps: 'count-rows',
  keys: 'x',
};

type Verdict = 'let in' | 'not theirs' | 'forbidden' | 'unknown';

function verdictOf({ status, body }: Answer): Verdict {
  if (status === 401) return 'unknown';
  if (body.includes('nothing of yours')) return 'not theirs';
  // What the handler itself refuses (an empty body, a thing that is not there) has come through the door.
  return status === 403 && /does not allow|API key may not/.test(body) ? 'forbidden' : 'let in';
}

async function openWalk() {
  const hub = await openPeopleHub();
  const { services } = hub;
  services.nodes.get = () => ({ ...joinedNode, owner: { id: 'somebody', name: 'Somebody' } });
  hub.calls.jobOwners.set('theirs', 'somebody');
  const accounts = new Map<Role, string>();
  for (const role of roles) {
    const { person } = await services.people.admin.create(
      { email: `${role}@example.org`, name: role, role, password: 'otter volcano spoon' },
      services.access.checkToken(services.access.token) ?? expect.fail(),
    );
    accounts.set(role, person.id);
  }

  /** A new session each time: some calls end it. */
  async function sessionOf(role: Role): Promise<Record<string, string>> {
    const answer = await hub.useLink(services.access.createLink(accounts.get(role)));
    return { cookie: cookieOf(answer), ...shown };
  }

  async function call(name: string, headers: Record<string, string>): Promise<Verdict> {
    const [method = '', path = ''] = name.split(' ');
    const kind = path.split('/')[3] ?? '';
    const concrete = path.replace(/\{\w+\}/, others[kind] ?? 'x');
    const sends = method !== 'GET' && method !== 'DELETE';
    return verdictOf(
      await hub.ask({
        method,
        path: concrete,
        headers: { origin: hub.origin, ...(sends && { 'content-type': 'application/json' }), ...headers },
        ...(sends && { body: '{}' }),
      }),
    );
  }
  return { ...hub, accounts, sessionOf, call };
}

function expected({ action, isOwned }: WalkedCall, role: Role): Verdict {
  const reach = action === 'anyone' ? 'all' : permissions[action][role];
  if (reach === 'none') return 'forbidden';
  return reach === 'own' && isOwned ? 'not theirs' : 'let in';
}

describe('every call of the API', () => {
  it('is in the contract', async () => {
    const { withToken } = await openPeopleHub();
    const document = JSON.parse((await withToken({ path: '/api/openapi.json' })).body) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const served = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(served.sort()).toEqual(everyCall.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('asks who calls, but for the ways in and the hub’s health', () => {
    const open = everyCall.filter(({ action }) => action === 'anyone').map(({ name }) => name);
    expect(open.sort()).toEqual([
      'hub.health',
      'oneTimeLinks.choosePassword',
      'oneTimeLinks.look',
      'oneTimeLinks.signIn',
      'signIn.beginOidc',
      'signIn.byPassword',
      'signIn.finishOidc',
      'signIn.options',
      'signIn.register',
    ]);
  });

  it.each(roles)(
    'lets %s do what the permission table says, and no more',
    { timeout: 60_000 },
    async (role) => {
      const hub = await openWalk();
      const found: Record<string, Verdict> = {};
      const wanted: Record<string, Verdict> = {};
      for (const call of calls) {
        found[call.name] = await hub.call(call.name, await hub.sessionOf(role));
        wanted[call.name] = expected(call, role);
      }
      expect(found).toEqual(wanted);
    },
  );

  it('answers nobody it does not know', async () => {
    const hub = await openWalk();
    for (const { name, action } of calls) {
      const verdict = await hub.call(name, {});
      expect([name, verdict]).toEqual([name, action === 'anyone' ? 'let in' : 'unknown']);
    }
  });

  it.each(keyScopes)(
    'lets an admin by a key with the scope %s do what it says',
    { timeout: 60_000 },
    async (scope) => {
      const hub = await openWalk();
      const admin = hub.services.people.accounts.get(hub.accounts.get('admin') ?? '') ?? expect.fail();
      const { key } = await hub.services.people.keys.create(
        { ...admin, via: 'session', sessionId: null, keyId: null, scopes: null },
        { name: scope, scopes: [scope], ttlSeconds: 600 },
      );
      for (const { name, action } of calls) {
        const verdict = await hub.call(name, { authorization: `Bearer ${key}` });
        const may = action === 'anyone' || permissions[action].scope === scope;
        expect([name, verdict]).toEqual([name, may ? 'let in' : 'forbidden']);
      }
    },
  );
});

describe('a route', () => {
  const open = (): PeopleApp => {
    const app = fastify().withTypeProvider<ZodTypeProvider>();
    requireRouteAccess(app);
    return app;
  };

  it('that names no action keeps the hub from starting', () => {
    expect(() => open().get('/api/v1/new', async () => null)).toThrow('GET /api/v1/new names no action');
  });

  it("that may be about what is somebody else's must say whose it is", () => {
    const app = open();
    expect(() => app.get('/a', { config: allow('jobs.read') }, async () => null)).toThrow(
      'whose the thing is',
    );
    app.get('/b', { config: allow('jobs.read', { owner: 'narrowed' }) }, async () => null);
    app.get('/c', { config: openToAnyone(null) }, async () => null);
  });
});
