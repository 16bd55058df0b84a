import { picturePresets } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { collectPictures } from './parse-pictures.js';

it.each([
  ['scale=1/255,channels=rgb', { scale: '1/255', channels: 'rgb' }],
  ['scale=0.5', { scale: 0.5 }],
  ['scale=-1/255,mean=-1', { scale: '-1/255', mean: [-1] }],
  ['mean=0.485,0.456,0.406,std=0.2,0.2,0.2', { mean: [0.485, 0.456, 0.406], std: [0.2, 0.2, 0.2] }],
  ['imagenet', picturePresets.imagenet],
  ['imagenet,resize=stretch', { ...picturePresets.imagenet, resize: 'stretch' }],
  ['width=8, height=8, channels=GRAY', { width: 8, height: 8, channels: 'gray' }],
  ['round=true,labels=cat,dog,Große Katze', { round: true, labels: ['cat', 'dog', 'Große Katze'] }],
])('reads %s', (text, options) => {
  expect(collectPictures(text)).toEqual(options);
});

it('puts what is given later on top', () => {
  expect(collectPictures('channels=bgr', collectPictures('imagenet')).channels).toBe('bgr');
});

it('gives the numbers of a preset in the order of the channels', () => {
  const turned = { mean: [0.406, 0.456, 0.485], std: [0.225, 0.224, 0.229] };
  expect(collectPictures('imagenet,channels=bgr')).toMatchObject(turned);
  const two = collectPictures('channels=bgr', collectPictures('imagenet'));
  expect(two).toMatchObject(turned);
  expect(collectPictures('resize=stretch', two)).toMatchObject(turned);
  expect(collectPictures('channels=rgb', two)).toEqual(picturePresets.imagenet);
  const own = [0.485, 0.456, 0.406];
  expect(collectPictures('imagenet,channels=bgr,mean=0.485,0.456,0.406')).toMatchObject({
    ...turned,
    mean: own,
  });
});

it.each([
  ['imagnet', 'There is no "imagnet". Give width='],
  ['size=8', 'There is no "size"'],
  ['scale=a', 'scale:'],
  ['scale=1/0/2', 'scale: '],
  ['width=0', 'width:'],
  ['width=', 'width:'],
  ['channels=cmyk', 'channels:'],
  ['std=0', 'std.0:'],
  ['round=yes', 'round:'],
  ['mean=1,2,3,4', 'mean:'],
])('refuses %s', (text, words) => {
  expect(() => collectPictures(text)).toThrow(words);
});
