import { MeshdeckError, type AppView, type SampleView } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { chooseApp } from './choose-app.js';

const view = (ref: string, whose: AppView['whose'], owner: AppView['owner'] = null) =>
  ({ ref, name: ref.split('/')[1] ?? '', whose, owner, version: '1', title: 'T', reading: {} }) as AppView;

/** A hub whose repository has these apps, by what the caller calls them, and one sample. */
function clientOf(apps: Record<string, AppView>): Parameters<typeof chooseApp>[0] {
  return {
    apps: {
      get: async ({ name }) => {
        const found = apps[name];
        if (found !== undefined) return found;
        throw new MeshdeckError('not-found', `There is no app "${name}".`);
      },
      push: () => expect.fail('Nothing is pushed here.'),
    },
    samples: {
      list: async () => ({ samples: [{ name: 'plate-reader' } as SampleView] }),
      prepare: async ({ name }) => ({
        app: view(`samples/${name}`, 'sample'),
        input: { sha256: '0'.repeat(64), name: 'plates.csv', bytes: 1 },
      }),
    },
  };
}
const choose = (what: string, apps: Record<string, AppView> = {}) =>
  chooseApp(clientOf(apps), what, { signal: new AbortController().signal, note: () => undefined });

it('says whose app it runs unless it is one’s own or the lab’s', async () => {
  expect((await choose('digits', { digits: view('me/digits', 'yours') })).whose).toBeUndefined();
  expect((await choose('digits', { digits: view('lab/digits', 'lab') })).whose).toBeUndefined();
  const eves = view('evesid/digits', 'other', { id: 'evesid', name: 'Eve' });
  expect(await choose('Eve/digits', { 'Eve/digits': eves })).toMatchObject({
    ref: 'evesid/digits',
    whose: 'digits is an app of Eve (evesid/digits).',
  });
  const shipped = view('samples/plate-reader', 'sample');
  expect((await choose('plate-reader', { 'plate-reader': shipped })).whose).toMatch(
    /^plate-reader is the sample/,
  );
});

it('takes the sample of that name where the repository has none, and says so', async () => {
  for (const what of ['plate-reader', 'samples/plate-reader']) {
    expect(await choose(what)).toMatchObject({
      ref: 'samples/plate-reader',
      whose: 'plate-reader is the sample that came with Meshdeck.',
    });
  }
});

it.each(['nothing', 'Eve/nothing', '../nothing', 'two words'])('says what there is not: %s', async (what) => {
  await expect(choose(what)).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining(`There is no file or folder ${what} here`) as string,
  });
});
