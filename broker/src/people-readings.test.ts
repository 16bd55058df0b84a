import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AppView, FileReference, JobView, ReadingOptions } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { servingHub } from './fixtures/serving-hub.js';

const samplesDir = fileURLToPath(new URL('../../sample-apps', import.meta.url));
const model = readFileSync(new URL('../../sample-apps/digits/digits.onnx', import.meta.url));

type Call = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;

const push = async (by: Call): Promise<AppView> =>
  (await by('POST', '/apps?filename=digits.onnx', model)).body as AppView;
const remember = (by: Call, ref: string, reading: ReadingOptions) =>
  by('PUT', `/apps/${encodeURIComponent(ref)}/reading`, reading);
const readingIn = async (by: Call, ref: string) =>
  ((await by('GET', `/apps/${encodeURIComponent(ref)}`)).body as AppView).reading;

/** A lab and Eve who have the same model, Bob who has none of his own, and a table that everybody has brought. */
async function openLab() {
  const hub = await servingHub({ samplesDir });
  const [bob, eve, olga] = [await hub.person('bob'), await hub.person('eve'), await hub.person('olga')];
  await hub.computer('PATCH', '/people/olga@example.org', { role: 'operator' });
  const [labs, eves] = [await push(olga), await push(eve)];
  expect([labs.ref, eves.whose, eves.bundle]).toEqual(['lab/digits', 'yours', labs.bundle]);
  let input = { sha256: '', name: '' };
  for (const by of [bob, eve, olga]) {
    const { sha256, name } = (await by('PUT', '/files?name=a.csv', 'x\n1\n')).body as FileReference;
    input = { sha256, name };
  }
  async function toldTo(by: Call, ref = 'digits'): Promise<ReadingOptions | undefined> {
    const answer = await by('POST', '/jobs', { app: { name: ref }, input });
    expect(answer.status).toBe(201);
    return (answer.body as JobView).options.reading;
  }
  return { ...hub, bob, eve, olga, eves, input, toldTo };
}

it('keeps what an app remembers to that app, whoever else has the same', async () => {
  const { bob, eve, olga, eves, toldTo } = await openLab();
  expect(await remember(eve, 'digits', { header: 'none' })).toMatchObject({
    status: 200,
    body: { ref: eves.ref, whose: 'yours', reading: { header: 'none' } },
  });
  expect([await toldTo(eve), await toldTo(bob), await toldTo(olga)]).toEqual([
    { header: 'none' },
    undefined,
    undefined,
  ]);
  // Her app goes with what it remembers, for whoever names it.
  expect(await toldTo(bob, eves.ref)).toEqual({ header: 'none' });
  expect(await remember(olga, 'digits', { delimiter: ';' })).toMatchObject({
    status: 200,
    body: { ref: 'lab/digits', reading: { delimiter: ';' } },
  });
  expect([await toldTo(eve), await toldTo(bob)]).toEqual([{ header: 'none' }, { delimiter: ';' }]);
});

it('lets a person say nothing of the lab’s apps, the samples, or somebody else’s', async () => {
  const { bob, eve, olga, eves, computer } = await openLab();
  await computer('POST', '/samples/digits');
  for (const ref of ['digits', 'lab/digits', 'samples/digits', eves.ref, 'eve/digits']) {
    expect([ref, (await remember(bob, ref, { header: 'none' })).status]).toEqual([ref, 404]);
    expect([ref, await readingIn(olga, ref)]).toEqual([ref, {}]);
  }
  expect((await remember(eve, 'lab/digits', { header: 'none' })).status).toBe(404);
  for (const ref of ['lab/digits', 'samples/digits', 'eve/digits']) {
    expect((await remember(olga, ref, { header: 2 })).status).toBe(200);
    expect(await readingIn(bob, ref)).toEqual({ header: 2 });
  }
  const entries = (await computer('GET', '/audit?limit=20')).body as { entries: { target: string | null }[] };
  expect(entries.entries.map(({ target }) => target)).toEqual(
    expect.arrayContaining(['lab/digits', 'samples/digits', eves.ref]),
  );
});

it('takes such a word from no page that lacks the origin key', async () => {
  const { eve, url } = await openLab();
  for (const [method, path] of [
    ['PUT', '/apps/digits/reading'],
    ['POST', '/checks'],
  ] as const) {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { origin: url, cookie: eve.cookie, 'content-type': 'application/json' },
      body: '{"header":"none"}',
    });
    expect([path, answer.status]).toEqual([path, 401]);
  }
  expect(await readingIn(eve, 'digits')).toEqual({});
});

it('runs a job again as it was read, whatever has been told to an app of that content since', async () => {
  const { bob, eve, olga, input } = await openLab();
  await remember(olga, 'digits', { header: 2 });
  const first = (await bob('POST', '/jobs', { app: { name: 'digits' }, input })).body as JobView;
  await remember(olga, 'digits', { delimiter: ';' });
  await remember(eve, 'digits', { decimal: ',' });
  const again = async () => (await bob('POST', `/jobs/${first.id}/rerun`, {})).body as JobView;
  expect(await again()).toMatchObject({ app: { ref: 'lab/digits' }, options: { reading: { header: 2 } } });
  await olga('DELETE', '/apps/lab%2Fdigits');
  expect((await again()).options.reading).toEqual({ header: 2 });
});

it('looks at tables with the app that the asker means, and counts no look as a job', async () => {
  const { person, olga, eve, eves } = await openLab();
  const kim = await person('kim', { maxWaitingJobs: 1 });
  const input = (await kim('PUT', '/files?name=k.csv', 'x\n1\n')).body as FileReference;
  const question = (ref: string) => ({ app: { name: ref }, input: { sha256: input.sha256, name: 'k.csv' } });
  const look = async (ref: string) => (await kim('POST', '/checks', question(ref))).body as { code: string };
  expect((await kim('POST', '/jobs', question('digits'))).status).toBe(201);
  // There is no machine: whoever gets so far has found the app and the table, and no limit on jobs.
  for (const ref of ['digits', 'lab/digits', eves.ref, 'eve/digits'])
    expect([ref, await look(ref)]).toEqual([ref, expect.objectContaining({ code: 'no-eligible-node' })]);
  expect(await kim('POST', '/jobs', question('digits'))).toMatchObject({
    body: { code: 'limit-reached', detail: expect.stringContaining('You have 1 unfinished job') as string },
  });
  await olga('DELETE', '/apps/lab%2Fdigits');
  expect(await look('digits')).toMatchObject({
    code: 'not-found',
    detail: expect.stringMatching(/eve has \w+\/digits: name it so/) as string,
  });
  await eve('DELETE', '/apps/digits');
  expect(await look('eve/digits')).toMatchObject({ code: 'not-found' });
});
