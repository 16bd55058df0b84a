import { picturePresets } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { wayOf, withSaid, withWay } from './picture-choices.js';

it('knows the usual ways of turning pixels into numbers, whoever said them', () => {
  expect(wayOf({})).toBe('');
  expect(wayOf({ channels: 'rgb' })).toBe('');
  expect(wayOf({ scale: '1/255' })).toBe('unit');
  expect(
    wayOf({
      ...picturePresets.imagenet,
      mean: [...picturePresets.imagenet.mean],
      std: [...picturePresets.imagenet.std],
    }),
  ).toBe('imagenet');
  expect(wayOf({ scale: '16/255', round: true })).toBe('other');
});

it('puts another way in the place of the one before, and leaves the rest', () => {
  const said = withWay({ channels: 'bgr', scale: 1, round: true }, 'signed');
  expect(said).toEqual({ channels: 'bgr', scale: '2/255', mean: [1] });
  expect(withWay(said, '')).toEqual({ channels: 'bgr' });
  expect(withWay(said, 'other')).toBe(said);
});

it('turns the numbers of ImageNet with the order of the channels', () => {
  const rgb = withWay({}, 'imagenet');
  const bgr = withSaid(rgb, { channels: 'bgr' }) ?? {};
  expect(bgr).toMatchObject({ channels: 'bgr', mean: [0.406, 0.456, 0.485], std: [0.225, 0.224, 0.229] });
  expect(wayOf(bgr)).toBe('imagenet');
  expect(withSaid(bgr, { channels: 'rgb' })).toEqual(rgb);
  // Numbers that somebody gave stay as they are.
  const own = { channels: 'rgb', scale: 1, mean: [1, 2, 3] } as const;
  expect(withSaid({ ...own, mean: [...own.mean] }, { channels: 'bgr' })).toMatchObject({ mean: [1, 2, 3] });
});

it('says nothing at all where nothing is left', () => {
  expect(withSaid({ channels: 'rgb' }, { channels: undefined })).toBeUndefined();
  expect(withSaid({}, { resize: 'cover' })).toEqual({ resize: 'cover' });
});
