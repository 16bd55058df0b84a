import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { Submitter } from '../users/submitter.js';
import { openCollection } from '../stores/documents.js';
import { openRepository } from './fixtures/repository.js';
import { appRecordSchema, createAppRepository } from './index.js';

const bob: Submitter = { id: 'bobsid', name: 'Bob', reach: 'own' };
const eve: Submitter = { id: 'evesid', name: 'Eve', reach: 'own' };
const ada: Submitter = { id: 'adasid', name: 'Ada', reach: 'all' };

async function openLab() {
  const opened = await openRepository();
  const { repository, folder } = opened;
  const push = (by: Submitter, code: string, name = 'plate-reader') =>
    repository.push({ filename: `${name}.mjs`, stream: Readable.from([Buffer.from(code)]), by });
  async function sample(code = 'sample') {
    const dir = join(folder, 'plate-reader');
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'app.mjs'), code);
    return repository.pushSample(dir);
  }
  const means = async (ref: string, who?: Submitter) =>
    (await repository.resolve(ref, { personId: who?.id })).version;
  return { ...opened, push, sample, means };
}

it('lets an app pushed under the name of a sample, or of the lab, mean nothing to others', async () => {
  const { push, sample, means } = await openLab();
  const shipped = await sample();
  const evil = await push(eve, 'evil');
  expect(await means('plate-reader', eve)).toBe(evil.version);
  for (const who of [bob, ada, undefined]) expect(await means('plate-reader', who)).toBe(shipped.version);
  const ours = await push(ada, 'ours');
  for (const who of [bob, ada, undefined]) expect(await means('plate-reader', who)).toBe(ours.version);
  expect(await means('plate-reader', eve)).toBe(evil.version);
  expect(await means('samples/plate-reader', ada)).toBe(shipped.version);
  expect(await means('lab/plate-reader', eve)).toBe(ours.version);
});

it('keeps different apps of one name side by side, each its pusher’s to change and remove', async () => {
  const { repository, push, means } = await openLab();
  const [bobs, eves] = [await push(bob, 'bobs'), await push(eve, 'eves')];
  expect([bobs.ref, eves.ref]).toEqual(['bobsid/plate-reader', 'evesid/plate-reader']);
  expect([bobs.whose, bobs.owner?.name]).toEqual(['yours', 'Bob']);
  const newer = await push(bob, 'bobs second');
  expect(newer.olderVersions.map(({ version }) => version)).toEqual([bobs.version]);
  expect(await means('Eve/plate-reader', bob)).toBe(eves.version);
  expect(await means('eve/plate-reader', ada)).toBe(eves.version);
  await repository.remove('plate-reader', bob);
  expect(await means('plate-reader', eve)).toBe(eves.version);
  await expect(means('plate-reader', bob)).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('Eve has evesid/plate-reader') as string,
  });
});

it('takes nobody’s name for the lab or the samples, and does not guess between two of one name', async () => {
  const { push, means } = await openLab();
  for (const [id, name] of [
    ['x1', 'lab'],
    ['x2', 'samples'],
  ] as const) {
    await push({ id, name, reach: 'own' }, `by ${name}`, 'counter');
    await expect(means(`${name}/counter`, ada)).rejects.toMatchObject({ code: 'not-found' });
  }
  const twins = [await push({ ...bob, name: 'Kim' }, 'one'), await push({ ...eve, name: 'kim' }, 'two')];
  await expect(means('Kim/plate-reader', ada)).rejects.toThrow('bobsid/plate-reader, evesid/plate-reader');
  expect(await means('bobsid/plate-reader', ada)).toBe(twins[0]?.version);
});

it('shares what is the same by content silently: a class that drops one model has one app each, and sees it once', async () => {
  const { repository, push, files } = await openLab();
  const pupils = Array.from({ length: 30 }, (_, index): Submitter => ({
    id: `pupil${index}`,
    name: `Pupil ${index}`,
    reach: 'own',
  }));
  const views = await Promise.all(pupils.map((pupil) => push(pupil, 'the same')));
  expect(new Set(views.map(({ bundle }) => bundle.sha256)).size).toBe(1);
  expect(await files.collect(new Set(), -1)).toMatchObject({ files: 1 });
  for (const pupil of [pupils[0], pupils[29]]) {
    const list = await repository.list(pupil?.id);
    expect(list.map(({ whose, owner }) => [whose, owner?.id])).toEqual([['yours', pupil?.id]]);
  }
  // The lab sees one of them; what differs stands beside it.
  await push(eve, 'another');
  const seen = await repository.list(ada.id);
  expect(seen.map(({ whose }) => whose)).toEqual(['other', 'other']);
  expect(seen.map(({ owner }) => owner?.id).toSorted()).toEqual(['evesid', expect.stringMatching(/^pupil/)]);
});

it('finds an app by its content where a job is run again, whoever has it by now', async () => {
  const { repository, push } = await openLab();
  const first = await push(eve, 'same');
  const bobs = await push(bob, 'same');
  await push(bob, 'newer');
  await push(ada, 'same');
  // A job says which it ran; else the name means one's own and the lab's before others'.
  const sha256 = first.bundle.sha256;
  const refFor = async (wanted: { ref?: string; personId?: string }) =>
    (await repository.resolveContent('plate-reader', sha256, wanted)).ref;
  expect(await refFor({ ref: bobs.ref, personId: eve.id })).toBe('bobsid/plate-reader');
  expect(await refFor({ personId: eve.id })).toBe('evesid/plate-reader');
  expect(await refFor({ ref: 'gone/plate-reader', personId: ada.id })).toBe('lab/plate-reader');
  await repository.remove('lab/plate-reader', ada);
  await repository.remove('plate-reader', bob);
  const again = await repository.resolveContent('plate-reader', first.bundle.sha256);
  expect(again).toMatchObject({ version: first.version, ref: 'evesid/plate-reader' });
  await repository.remove('plate-reader', eve);
  await expect(repository.resolveContent('plate-reader', first.bundle.sha256)).rejects.toMatchObject({
    code: 'not-found',
  });
});

it('takes over apps from before they had spaces: the lab’s stay by their name, people’s become their own', async () => {
  const { folder, files, push, repository } = await openLab();
  await push(ada, 'ours', 'ours');
  await push(bob, 'bobs', 'bobs');
  const logger = pino({ level: 'silent' });
  const documents = await openCollection({ dir: folder, name: 'old', schema: appRecordSchema, logger });
  for (const ref of ['ours', 'bobs']) {
    const {
      name,
      bundle,
      manifest,
      files: list,
      inferred,
      pushedAt,
      version,
      owner,
    } = await repository.get(ref, bob.id);
    const versions = [{ bundle, manifest, files: list, inferred, pushedAt, version }];
    await documents.put({ id: name, versions, owner, reading: { header: 2 } });
  }
  const restart = () =>
    createAppRepository({
      dir: join(folder, 'unpacking-2'),
      files,
      documents,
      logger,
      isOfLab: (personId) => personId === ada.id,
    });
  for (const reopened of [await restart(), await restart()]) {
    expect((await reopened.list(bob.id)).map(({ ref, whose }) => [ref, whose])).toEqual([
      ['bobsid/bobs', 'yours'],
      ['lab/ours', 'lab'],
    ]);
    expect((await reopened.get('bobs', bob.id)).reading).toEqual({ header: 2 });
    await expect(reopened.resolve('bobs', { personId: eve.id })).rejects.toThrow('Bob has bobsid/bobs');
  }
});

it('takes nothing of the lab’s away where two calls to remove one’s own meet', async () => {
  const { repository, push, means } = await openLab();
  const ours = await push(ada, 'ours');
  await push(eve, 'eves');
  const both = [repository.remove('plate-reader', eve), repository.remove('plate-reader', eve)];
  const [first, second] = await Promise.allSettled(both);
  expect(first?.status).toBe('fulfilled');
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'not-found' } });
  expect(await means('plate-reader', eve)).toBe(ours.version);
});

it('lets whoever pushed for the lab once remove nothing of it when they keep to their own', async () => {
  const { repository, push, means } = await openLab();
  const ours = await push(ada, 'ours');
  const demoted: Submitter = { ...ada, reach: 'own' };
  await expect(repository.remove('plate-reader', demoted)).rejects.toMatchObject({ code: 'not-found' });
  expect(await means('plate-reader', bob)).toBe(ours.version);
});
