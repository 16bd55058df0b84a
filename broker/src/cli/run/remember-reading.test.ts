import { MeshdeckError, type AppView, type ReadingOptions } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { recordingContext } from '../testing.js';
import { appWords } from '../views/whose-app.js';
import { rememberReading } from './remember-reading.js';

const eve = { id: 'evesid', name: 'Eve' };

/** Remembers for this app what the flags say; the hub lets the caller change apps in these refs. */
async function remember({
  ref,
  whose,
  flags = { header: 'none' },
  reading = {},
  mayChange = true,
}: {
  ref: string;
  whose: AppView['whose'];
  flags?: ReadingOptions;
  reading?: ReadingOptions;
  mayChange?: boolean;
}) {
  const { context, noted } = recordingContext();
  const asked: [string, ReadingOptions][] = [];
  const client: Parameters<typeof rememberReading>[0] = {
    apps: {
      remember: async ({ name, body }) => {
        if (!mayChange) throw new MeshdeckError('not-found', 'There is nothing of yours by that name.');
        asked.push([name, body]);
        return { reading: body } as AppView;
      },
    },
  };
  const words = appWords({ ref, whose, name: 'digits', owner: eve });
  const app = { ref, words, isOwn: whose === 'yours', reading, version: '1', title: 'Digits' };
  await rememberReading(client, context.terminal, app, { ...flags, remember: true });
  return { asked, noted };
}

it.each([
  ['evesid/digits', 'yours', 'Your digits remembers: no column names.'],
  ['lab/digits', 'lab', "The lab's digits remembers: no column names."],
  ['samples/digits', 'sample', 'The sample digits remembers: no column names.'],
  ['evesid/digits', 'other', 'digits of Eve (evesid/digits) remembers: no column names.'],
] as const)(
  'saves it on the very app that was taken, and says whose that is: %s',
  async (ref, whose, said) => {
    expect(await remember({ ref, whose })).toEqual({ asked: [[ref, { header: 'none' }]], noted: [said] });
  },
);

it('says once, on one line, what columns are called', async () => {
  const { noted } = await remember({
    ref: 'lab/digits',
    whose: 'lab',
    flags: { aside: ['id\nmeshdeck: all is well'] },
  });
  expect(noted).toEqual(["The lab's digits remembers: aside: id meshdeck: all is well."]);
});

it('says whose an app is that the caller may not change', async () => {
  await expect(remember({ ref: 'lab/digits', whose: 'lab', mayChange: false })).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.stringMatching(/^The lab's digits is not yours to change, so nothing/) as string,
  });
  await expect(remember({ ref: 'evesid/digits', whose: 'yours', mayChange: false })).rejects.toMatchObject({
    code: 'not-found',
  });
});
