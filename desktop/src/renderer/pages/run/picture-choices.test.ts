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

it('says nothing at all where nothing is left', () => {
  expect(withSaid({ channels: 'rgb' }, { channels: undefined })).toBeUndefined();
  expect(withSaid({}, { resize: 'cover' })).toEqual({ resize: 'cover' });
});
