import { keyScopes, roles, type Role } from '@meshdeck/shared';
import fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { describe, expect, it } from 'vitest';
import { permissions, type Action } from '../users/index.js';
import type { PeopleApp } from './fastify.js';
import { joinedNode } from './fixtures/hub-services.js';
import { cookieOf, openPeopleHub, shown, type Answer } from './fixtures/people-hub.js';
import { allow, openToAnyone, requireRouteAccess } from './route-access.js';

/** Every call of the API with the action it is. A call that is missing here fails the first test. */
const calls: Record<string, Action | 'anyone'> = {
  'GET /healthz': 'anyone',
  'GET /api/v1/sign-in': 'anyone',
  'POST /api/v1/sign-in': 'anyone',
  'POST /api/v1/sign-in/oidc': 'anyone',
  'GET /api/v1/sign-in/oidc/callback': 'anyone',
  'POST /api/v1/register': 'anyone',
  'POST /api/v1/one-time-links/look': 'anyone',
  'POST /api/v1/one-time-links/sign-in': 'anyone',
  'POST /api/v1/one-time-links/password': 'anyone',
  'GET /metrics': 'hub.watch',
  'GET /api/v1/hub': 'hub.read',
  'POST /api/v1/ui-links': 'links.create',
  'GET /api/v1/nodes': 'machines.read',
  'GET /api/v1/nodes/{id}': 'machines.read',
  'PATCH /api/v1/nodes/{id}': 'machines.manage',
  'DELETE /api/v1/nodes/{id}': 'machines.remove',
  'PUT /api/v1/nodes/{id}/owner': 'machines.give',
  'POST /api/v1/nodes/{id}/approve': 'machines.admit',
  'POST /api/v1/nodes/{id}/reject': 'machines.admit',
  'POST /api/v1/nodes/{id}/cordon': 'machines.manage',
  'GET /api/v1/join-tokens': 'join-tokens.read',
  'POST /api/v1/join-tokens': 'join-tokens.manage',
  'DELETE /api/v1/join-tokens/{id}': 'join-tokens.manage',
  'PUT /api/v1/files': 'files.upload',
  'GET /api/v1/apps': 'apps.read',
  'POST /api/v1/apps': 'apps.push',
  'GET /api/v1/apps/{name}': 'apps.read',
  'DELETE /api/v1/apps/{name}': 'apps.remove',
  'GET /api/v1/apps/{name}/model': 'apps.read',
  'PUT /api/v1/apps/{name}/reading': 'apps.configure',
  'GET /api/v1/speeds': 'apps.read',
  'GET /api/v1/samples': 'apps.read',
  'POST /api/v1/samples/{name}': 'samples.prepare',
  'GET /api/v1/jobs': 'jobs.read',
  'POST /api/v1/jobs': 'jobs.create',
  'POST /api/v1/jobs/batch': 'jobs.create',
  'POST /api/v1/checks': 'jobs.check',
  'GET /api/v1/jobs/{id}': 'jobs.read',
  'DELETE /api/v1/jobs/{id}': 'jobs.remove',
  'POST /api/v1/jobs/{id}/cancel': 'jobs.cancel',
  'POST /api/v1/jobs/{id}/rerun': 'jobs.rerun',
  'GET /api/v1/jobs/{id}/logs': 'jobs.read',
  'GET /api/v1/jobs/{id}/logs/download': 'jobs.download',
  'GET /api/v1/jobs/{id}/why': 'jobs.read',
  'GET /api/v1/jobs/{id}/summary': 'jobs.read',
  'GET /api/v1/jobs/{id}/rows': 'jobs.read',
  'GET /api/v1/jobs/{id}/output': 'jobs.download',
  'GET /api/v1/jobs/{id}/provenance': 'jobs.read',
  'POST /api/v1/jobs/{id}/verify': 'jobs.rerun',
  'GET /api/v1/job-counts': 'jobs.read',
  'GET /api/v1/dead-letters': 'jobs.read',
  'POST /api/v1/dead-letters/rerun': 'jobs.rerun',
  'POST /api/v1/dead-letters/dismiss': 'jobs.rerun',
  'GET /api/v1/sensors': 'sensors.read',
  'POST /api/v1/sensors': 'sensors.manage',
  'GET /api/v1/sensors/{id}': 'sensors.read',
  'PATCH /api/v1/sensors/{id}': 'sensors.manage',
  'DELETE /api/v1/sensors/{id}': 'sensors.manage',
  'POST /api/v1/sensors/{id}/credential': 'sensors.manage',
  'GET /api/v1/series': 'series.read',
  'GET /api/v1/series/points': 'series.read',
  'GET /api/v1/series/export': 'series.export',
  'GET /api/v1/me': 'account.read',
  'PATCH /api/v1/me': 'account.change',
  'POST /api/v1/me/password': 'account.change',
  'GET /api/v1/me/sessions': 'sessions.read',
  'DELETE /api/v1/me/sessions': 'sessions.end',
  'DELETE /api/v1/me/sessions/{id}': 'sessions.end',
  'POST /api/v1/sign-out': 'sessions.end',
  'GET /api/v1/keys': 'keys.read',
  'POST /api/v1/keys': 'keys.create',
  'DELETE /api/v1/keys/{id}': 'keys.revoke',
  'GET /api/v1/people': 'people.read',
  'POST /api/v1/people': 'people.manage',
  'GET /api/v1/people/{id}': 'people.read',
  'PATCH /api/v1/people/{id}': 'people.manage',
  'DELETE /api/v1/people/{id}': 'people.manage',
  'POST /api/v1/people/{id}/password-link': 'people.manage',
  'POST /api/v1/people/{id}/sign-out': 'people.manage',
  'GET /api/v1/invitations': 'people.read',
  'POST /api/v1/invitations': 'people.manage',
  'DELETE /api/v1/invitations/{id}': 'people.manage',
  'GET /api/v1/lock-outs': 'people.read',
  'DELETE /api/v1/lock-outs/{id}': 'people.manage',
  'GET /api/v1/settings/people': 'settings.read',
  'PATCH /api/v1/settings/people': 'settings.change',
  'GET /api/v1/audit': 'audit.read',
  'GET /api/v1/audit/export': 'audit.export',
};

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

function expected(action: Action | 'anyone', role: Role, name: string): Verdict {
  const reach = action === 'anyone' ? 'all' : permissions[action][role];
  if (reach === 'none') return 'forbidden';
  const isOfOne = /\{\w+\}/.test(name) && /\/(jobs|nodes|apps|keys)\//.test(name);
  return reach === 'own' && isOfOne ? 'not theirs' : 'let in';
}

describe('every call of the API', () => {
  it('is in the table of this test', async () => {
    const { withToken } = await openPeopleHub();
    const document = JSON.parse((await withToken({ path: '/api/openapi.json' })).body) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const known = new Set(Object.keys(calls).map((name) => name.replace(/(reject|cordon)$/, '{action}')));
    expect(documented.filter((name) => !known.has(name))).toEqual([]);
    expect([...known].filter((name) => !documented.includes(name))).toEqual([]);
  });

  it.each(roles)(
    'lets %s do what the permission table says, and no more',
    { timeout: 60_000 },
    async (role) => {
      const hub = await openWalk();
      const found: Record<string, Verdict> = {};
      const wanted: Record<string, Verdict> = {};
      for (const [name, action] of Object.entries(calls)) {
        found[name] = await hub.call(name, await hub.sessionOf(role));
        wanted[name] = expected(action, role, name);
      }
      expect(found).toEqual(wanted);
    },
  );

  it('answers nobody it does not know', async () => {
    const hub = await openWalk();
    for (const [name, action] of Object.entries(calls)) {
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
      for (const [name, action] of Object.entries(calls)) {
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
