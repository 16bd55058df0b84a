import { mkdir, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadingOptions } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import type { Submitter } from '../users/submitter.js';
import { openRepository } from './fixtures/repository.js';

const model = readFileSync(new URL('../../../sample-apps/digits/digits.onnx', import.meta.url));
const bob: Submitter = { id: 'bobsid', name: 'Bob', reach: 'own' };
const eve: Submitter = { id: 'evesid', name: 'Eve', reach: 'own' };
const ada: Submitter = { id: 'adasid', name: 'Ada', reach: 'all' };
const told: ReadingOptions = { header: 3, aside: ['id'] };

/** One model, pushed by all of these, and a sample. */
async function openLab(people: readonly Submitter[]) {
  const { repository, folder } = await openRepository();
  const push = (by: Submitter) =>
    repository.push({ filename: 'digits.onnx', stream: Readable.from([model]), by });
  const dir = join(folder, 'digits');
  await mkdir(dir);
  await writeFile(join(dir, 'digits.onnx'), model);
  const sample = () => repository.pushSample(dir);
  await sample();
  for (const by of people) await push(by);
  const remembered = async (ref: string, who?: Submitter) =>
    (await repository.resolve(ref, { personId: who?.id })).reading;
  return { repository, push, sample, remembered };
}

it('changes by what one person’s app remembers no other app of the same content', async () => {
  const { repository, push, sample, remembered } = await openLab([bob, eve, ada]);
  await repository.remember('digits', told, eve);
  const everyone = async () => ({
    eve: await remembered('digits', eve),
    bob: await remembered('digits', bob),
    lab: await remembered('digits', ada),
    sample: await remembered('samples/digits', eve),
  });
  expect(await everyone()).toEqual({ eve: told, bob: {}, lab: {}, sample: {} });
  // Nor does it when the same is pushed once more, by whomever.
  for (const by of [bob, eve, ada]) await push(by);
  expect((await sample()).reading).toEqual({});
  expect(await everyone()).toEqual({ eve: told, bob: {}, lab: {}, sample: {} });
  await repository.remember('lab/digits', { header: 'none' }, ada);
  await repository.remember('digits', {}, eve);
  expect(await everyone()).toEqual({ eve: {}, bob: {}, lab: { header: 'none' }, sample: {} });
  await repository.remove('digits', eve);
  expect(await remembered('digits', eve)).toEqual({ header: 'none' });
});

it('shows apps of the same content apart where one reads its tables in another way', async () => {
  const { repository } = await openLab([ada, bob, eve]);
  const list = async (who: Submitter) => (await repository.list(who.id)).map(({ ref }) => ref);
  expect([await list(eve), await list(ada)]).toEqual([['evesid/digits'], ['lab/digits']]);
  await repository.remember('digits', told, eve);
  // Whoever takes one of them gets what it is said to give.
  expect(await list(eve)).toEqual(['evesid/digits', 'lab/digits']);
  expect(await list(ada)).toEqual(['lab/digits', 'evesid/digits']);
  expect(await list(bob)).toEqual(['bobsid/digits', 'evesid/digits']);
});

it('lets people tell their own apps how to read, and operators all of them', async () => {
  const { repository, remembered } = await openLab([ada, bob]);
  for (const ref of ['digits', 'lab/digits', 'samples/digits', 'bobsid/digits', 'Bob/digits'])
    await expect(repository.remember(ref, told, eve)).rejects.toMatchObject({ code: 'not-found' });
  // An app of the lab's is so whoever pushed it, also for them once they keep to their own.
  await expect(repository.remember('digits', told, { ...ada, reach: 'own' })).rejects.toMatchObject({
    code: 'not-found',
  });
  for (const ref of ['lab/digits', 'samples/digits', 'bobsid/digits']) {
    expect(await remembered(ref)).toEqual({});
    expect(await repository.remember(ref, told, ada)).toMatchObject({ ref, reading: told });
    expect(await remembered(ref)).toEqual(told);
  }
});

it('tells nothing to the lab’s app where one’s own is removed at the same time', async () => {
  const { repository, remembered } = await openLab([ada, eve]);
  const [, late] = await Promise.allSettled([
    repository.remove('digits', eve),
    repository.remember('digits', told, eve),
  ]);
  expect(late).toMatchObject({ status: 'rejected', reason: { code: 'not-found' } });
  expect(await remembered('digits', ada)).toEqual({});
});
