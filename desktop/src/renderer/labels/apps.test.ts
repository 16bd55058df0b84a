import type { AppView } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { appOptionLabel } from './apps.js';

const app = (ref: string, title: string, whose: AppView['whose']) => ({
  ...{ ref, title, whose },
  owner: whose === 'other' ? { id: 'evesid', name: 'Eve' } : null,
});

it('says whose an app is where it is somebody else’s, or two have one title', () => {
  const apps = [
    app('me/digits', 'Digits', 'yours'),
    app('lab/digits', 'Digits', 'lab'),
    app('samples/plates', 'Plates', 'sample'),
    app('evesid/counts', 'Counts', 'other'),
  ];
  expect(apps.map((one) => appOptionLabel(one, apps))).toEqual([
    'Digits (yours)',
    'Digits (the lab’s)',
    'Plates',
    'Counts (Eve’s)',
  ]);
});
