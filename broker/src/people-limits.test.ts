import { join } from 'node:path';
import type { AppView, FileReference, JobSummary, Me, PersonView } from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { zip } from './apps/fixtures/archives.js';
import { servingHub } from './fixtures/serving-hub.js';
import { failedJob } from './jobs/store/fixtures/stored-jobs.js';
import { openJobRecords } from './jobs/store/job-records.js';

const app = 'export {};\n';

it('holds a person to their limits, and tells which', async () => {
  const { person } = await servingHub();
  const bob = await person('bob', { maxWaitingJobs: 1, maxUploadBytes: 20 });
  expect((await bob('POST', '/apps?filename=copy.mjs', app)).status).toBe(201);
  const input = (await bob('PUT', '/files?name=a.csv', 'x\n1\n')).body as FileReference;
  const tooLarge = await bob('PUT', '/files?name=b.csv', `x\n${'1\n'.repeat(20)}`);
  expect(tooLarge).toMatchObject({ status: 413, body: { code: 'too-large' } });
  const job = { app: { name: 'copy' }, input: { sha256: input.sha256, name: 'a.csv' } };
  expect((await bob('POST', '/jobs', job)).status).toBe(201);
  expect(await bob('POST', '/jobs', job)).toMatchObject({
    status: 409,
    body: {
      code: 'limit-reached',
      detail: expect.stringContaining('You have 1 unfinished job and may have 1') as string,
    },
  });
});

it("keeps people's jobs, tables and apps apart, and the operator above them", async () => {
  const { computer, person } = await servingHub();
  const [bob, eve, olga] = [await person('bob'), await person('eve'), await person('olga')];
  await computer('PATCH', '/people/olga@example.org', { role: 'operator' });
  await bob('POST', '/apps?filename=copy.mjs', app);
  const input = (await bob('PUT', '/files?name=a.csv', 'x\n1\n')).body as FileReference;
  const request = { app: { name: 'copy' }, input: { sha256: input.sha256, name: 'a.csv' } };
  const { id } = (await bob('POST', '/jobs', request)).body as JobSummary;

  const listOf = async (who: typeof bob) => ((await who('GET', '/jobs')).body as { jobs: JobSummary[] }).jobs;
  expect((await listOf(bob)).map(({ ownerName }) => ownerName)).toEqual(['bob']);
  expect(await listOf(eve)).toEqual([]);
  expect((await listOf(olga)).map((one) => one.id)).toEqual([id]);
  for (const [method, path] of [
    ['GET', `/jobs/${id}`],
    ['GET', `/jobs/${id.slice(0, 4)}`],
    ['POST', `/jobs/${id}/cancel`],
    ['POST', `/jobs/${id}/rerun`],
    ['DELETE', `/jobs/${id}`],
  ] as const) {
    const theirs = await eve(method, path);
    const none = await eve(method, '/jobs/0000000000');
    expect([path, theirs.status]).toEqual([path, 404]);
    if (method === 'GET') expect(theirs.body).toEqual(none.body);
  }
  // A table is not Eve's by its name alone, until she brings the same one herself.
  expect((await eve('POST', '/jobs', request)).status).toBe(404);
  await eve('PUT', '/files?name=mine.csv', 'x\n1\n');
  // Nor does Eve mean Bob's app by its name; where she names it as his, it runs for her as for everybody.
  expect(await eve('POST', '/jobs', request)).toMatchObject({
    status: 404,
    body: { detail: expect.stringMatching(/bob has \w+\/copy: name it so/) as string },
  });
  const { ref } = (await bob('GET', '/apps/copy')).body as AppView;
  const runs = await eve('POST', '/jobs', { ...request, app: { name: ref } });
  expect([runs.status, (runs.body as JobSummary).app.ref]).toEqual([201, ref]);
  // It is changed and removed by Bob, or who stands above; an app of that name that Eve pushes is hers.
  const eves = await eve('POST', '/apps?filename=copy.mjs', 'export const evil = 1;\n');
  expect([eves.status, (eves.body as AppView).whose]).toEqual([201, 'yours']);
  expect(((await bob('GET', '/apps/copy')).body as AppView).ref).toBe(ref);
  expect((await eve('DELETE', `/apps/${encodeURIComponent(ref)}`)).status).toBe(404);
  expect((await eve('DELETE', '/apps/copy')).status).toBe(204);
  expect((await bob('POST', '/apps?filename=copy.mjs', 'export const two = 2;\n')).status).toBe(201);
  // A job runs again what it ran, though its app has gone on.
  const rerun = (await bob('POST', `/jobs/${id}/rerun`, {})).body as JobSummary;
  expect(rerun.app.bundle.sha256).toBe(
    ((await bob('GET', `/jobs/${id}`)).body as JobSummary).app.bundle.sha256,
  );
  expect((await olga('DELETE', `/apps/${encodeURIComponent(ref)}`)).status).toBe(204);
  expect((await olga('POST', `/jobs/${id}/cancel`, {})).status).toBe(200);
});

it('counts what is unpacked of an upload, and everything that a person keeps', async () => {
  const { person, computer } = await servingHub();
  const bob = await person('bob', { maxUploadBytes: 20_000, maxStoredBytes: 50_000 });
  const bomb = zip([
    { name: 'app.mjs', data: app },
    { name: 'weights.bin', data: Buffer.alloc(1_000_000), compress: true },
  ]);
  expect(bomb.length).toBeLessThan(20_000);
  const refused = await bob('POST', '/apps?filename=big.zip', bomb);
  expect(refused).toMatchObject({ status: 422, body: { code: 'archive-unsafe' } });
  expect(((await bob('GET', '/apps')).body as { apps: unknown[] }).apps).toEqual([]);

  const stored = async () => ((await bob('GET', '/me')).body as Me).stored;
  expect(await stored()).toEqual({ bytes: 0, most: 50_000 });
  const table = (rows: number) => `x\n${'123456789\n'.repeat(rows)}`;
  expect((await bob('PUT', '/files?name=a.csv', table(1800))).status).toBe(200);
  expect((await bob('PUT', '/files?name=b.csv', table(1801))).status).toBe(200);
  // The same once more is kept once.
  expect((await bob('PUT', '/files?name=again.csv', table(1800))).status).toBe(409);
  expect((await bob('PUT', '/files?name=small.csv', table(3))).status).toBe(200);
  const { bytes } = await stored();
  expect(bytes).toBe(18_002 + 18_012 + 32);
  const full = await bob('PUT', '/files?name=c.csv', table(1500));
  expect(full).toMatchObject({ status: 409, body: { code: 'limit-reached' } });
  expect((full.body as { detail: string }).detail).toContain(
    'of tables and apps on this hub and may keep 48.8 KiB',
  );
  // An app counts as it lies unpacked, and is refused where that would be too much.
  const rest = zip([{ name: 'app.mjs', data: `// ${'x'.repeat(15_000)}\n`, compress: true }]);
  expect(await bob('POST', '/apps?filename=rest.zip', rest)).toMatchObject({
    status: 409,
    body: { code: 'limit-reached' },
  });
  expect((await bob('POST', '/apps?filename=copy.mjs', app)).status).toBe(201);
  expect((await stored()).bytes).toBeGreaterThan(bytes);
  const people = (await computer('GET', '/people')).body as { people: PersonView[] };
  expect(people.people[0]?.storedBytes).toBe((await stored()).bytes);
});

it('lets several uploads at once take no more together than is left', async () => {
  const { person } = await servingHub();
  const bob = await person('bob', { maxStoredBytes: 10_000 });
  const table = (index: number) => `x\n${String(index).padEnd(2997, '1')}\n`;
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) => bob('PUT', `/files?name=${index}.csv`, table(index))),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
  expect(((await bob('GET', '/me')).body as Me).stored.bytes).toBe(9000);
});

it('holds a person to their jobs whichever way they start one', async () => {
  const first = await servingHub();
  const before = await first.person('bob', { maxWaitingJobs: 1 });
  await before('POST', '/apps?filename=copy.mjs', app);
  const input = (await before('PUT', '/files?name=a.csv', 'x\n1\n')).body as FileReference;
  const request = { app: { name: 'copy' }, input: { sha256: input.sha256, name: 'a.csv' } };
  const { id } = (await before('POST', '/jobs', request)).body as JobSummary;
  await first.hub.stop();

  // As though a machine had done that job, and given up another.
  const { jobStore, decisions } = await openJobRecords({
    dir: join(first.dataDir, 'documents'),
    logger: pino({ level: 'silent' }),
  });
  const [done] = jobStore.unfinished;
  if (done?.id !== id) throw new Error('the job was not kept');
  await jobStore.put({ ...done, state: 'succeeded', finishedAt: 2, output: input });
  const { app: runs, owner, ownerName, entry } = done;
  const lost = failedJob(1, ['node-lost'], { app: runs, owner, ownerName, entry, input });
  await jobStore.put(lost);
  await jobStore.stop();
  await decisions.stop();

  const second = await servingHub({ existing: first.dataDir });
  const bob = second.as(before.cookie);
  const only = (await bob('POST', '/jobs', request)).body as JobSummary;
  for (const [path, body] of [
    ['/jobs', request],
    ['/jobs/batch', { jobs: [request] }],
    [`/jobs/${id}/rerun`, {}],
    [`/jobs/${lost.id}/rerun`, {}],
    [`/jobs/${id}/verify`, undefined],
  ] as const) {
    const answer = await bob('POST', path, body);
    expect([path, answer.status, answer.body]).toMatchObject([path, 409, { code: 'limit-reached' }]);
  }
  const retried = await bob('POST', '/dead-letters/rerun', { all: true });
  expect(retried.body).toMatchObject({ done: [], refused: [{ id: lost.id }] });

  // A verification is a job like the others: allowed while there is room, and then it takes the room.
  await bob('POST', `/jobs/${only.id}/cancel`, {});
  expect((await bob('POST', `/jobs/${id}/verify`)).status).toBe(201);
  expect((await bob('POST', '/jobs', request)).status).toBe(409);
});
