import type { ResultSummaryQuery } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import type { Onlooker } from '../results/index.js';
import { openPeopleHub } from './fixtures/people-hub.js';

/** A hub with two jobs, and whoever asks about them by a key. */
async function openJobs() {
  const hub = await openPeopleHub();
  const { services, calls } = hub;
  const admin = services.access.checkToken(services.access.token) ?? expect.fail();
  const { person } = await services.people.admin.create(
    { email: 'anna@example.org', name: 'Anna', role: 'user', password: 'otter volcano spoon' },
    admin,
  );
  const { key } = await services.people.keys.create(
    {
      ...(services.people.accounts.get(person.id) ?? expect.fail()),
      via: 'session',
      sessionId: null,
      keyId: null,
      scopes: null,
    },
    { name: 'look', scopes: ['read'], ttlSeconds: 600 },
  );
  calls.jobOwners.set('hers', person.id).set('theirs', 'somebody');
  const asked: { id: string; query: ResultSummaryQuery; by: Onlooker }[] = [];
  services.results.summary = async (id, query, by) => {
    asked.push({ id, query, by });
    throw new Error('Far enough.');
  };
  const get = (path: string) => hub.ask({ path, headers: { authorization: `Bearer ${key}` } });
  return { ...hub, get, asked, person };
}

it("holds a result against a job of one's own alone, for those who see their own", async () => {
  const { get, withToken, asked, person } = await openJobs();
  await get('/api/v1/jobs/hers/summary?truth=label&as=classes');
  await get('/api/v1/jobs/hers/summary?against=hers');
  expect(asked).toEqual([
    { id: 'hers', query: { truth: 'label', as: 'classes' }, by: { id: person.id, reach: 'own' } },
    { id: 'hers', query: { against: 'hers' }, by: { id: person.id, reach: 'own' } },
  ]);
  const [refused, unknown] = [
    await get('/api/v1/jobs/hers/summary?against=theirs'),
    await get('/api/v1/jobs/hers/summary?against=no-such'),
  ];
  expect([refused.status, refused.body]).toEqual([404, unknown.body]);
  expect((await get('/api/v1/jobs/theirs/summary')).status).toBe(404);
  expect((await get('/api/v1/jobs/theirs/rows')).status).toBe(404);
  expect(asked).toHaveLength(2);
  await withToken({ path: '/api/v1/jobs/hers/summary?against=theirs' });
  expect(asked[2]).toMatchObject({ query: { against: 'theirs' }, by: { reach: 'all' } });
});

it('refuses what no page is asked for by, in a sentence', async () => {
  const { get } = await openJobs();
  for (const query of [
    'limit=0',
    'limit=1000',
    'offset=-1',
    'offset=x',
    'descending=maybe',
    'colums=a',
    'sort=',
  ]) {
    const { status, body } = await get(`/api/v1/jobs/hers/rows?${query}`);
    expect([query, status, (JSON.parse(body) as { code: string }).code]).toEqual([
      query,
      400,
      'invalid-request',
    ]);
  }
  expect((await get('/api/v1/jobs/hers/summary?as=words')).status).toBe(400);
});

it('puts neither into the audit: it is looked at, not taken away', async () => {
  const { get, services } = await openJobs();
  services.results.rows = async (_id, { offset }) => ({
    columns: [],
    columnsTotal: 0,
    rows: [],
    offset,
    rowsTotal: 0,
    sorted: null,
  });
  const rows = await get('/api/v1/jobs/hers/rows?sort=x&descending=true&columns=a&columns=b');
  expect([rows.status, JSON.parse(rows.body)]).toMatchObject([200, { rowsTotal: 0 }]);
  await get('/api/v1/jobs/hers/summary');
  expect((await get('/api/v1/jobs/hers/output')).status).toBe(200);
  const actions = async () =>
    (await services.audit.page({}, { limit: 50 })).entries.map(({ action }) => action);
  await expect.poll(actions).toContain('jobs.download');
  expect(await actions()).not.toContain('jobs.read');
});
