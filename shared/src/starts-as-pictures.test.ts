import { pngOf, type ZipFile, zipOf } from '@meshdeck/testing/pictures';
import { expect, it } from 'vitest';
import { startsAsPictures } from './starts-as-pictures.js';

const png = pngOf(2, 2, [1, 2, 3, 4]);
const isOf = (files: readonly ZipFile[]) => startsAsPictures(zipOf(files));
const file = (name: string, data = png): ZipFile => ({ name, data });

/** As an archive is written that cannot go back: sizes stand behind each file. */
const streamed = ({ name, data }: ZipFile) => {
  const made = zipOf([{ name, ...(data !== undefined && { data }), says: { flags: 0x808 } }]);
  made.writeUInt32LE(0, 18);
  made.writeUInt32LE(0, 22);
  return made;
};

it.each<[what: string, files: ZipFile[]]>([
  ['pictures', [file('a.png'), file('b.png')]],
  ['no files', []],
  ['a folder xl', [file('xl/a.png'), file('xl/b.png')]],
  ['a folder pixl', [file('pixl/a.png')]],
  ['a folder of other names', [file('photos_rels/a.png'), file('my docProps/a.png')]],
  ['a name with opendocument', [file('opendocument.png')]],
  [
    'pixels that spell names',
    [file('a.png', Buffer.from('[Content_Types].xml _rels/ docProps/ xl/ opendocument .npy'))],
  ],
  ['an array beside a picture', [file('a.npy', Buffer.alloc(200)), file('b.png')]],
  ['a picture beside an array', [file('a.png'), file('b.npy')]],
  ['a folder whose name ends so', [file('arrays.npy/a.png')]],
  ['a picture larger than what is seen', [file('a.png', Buffer.alloc(9000)), file('[Content_Types].xml')]],
])('pictures: an archive of %s', (_what, files) => {
  expect(isOf(files)).toBe(true);
});

it.each<[what: string, files: ZipFile[]]>([
  ['Excel', [file('[Content_Types].xml'), file('_rels/.rels')]],
  ['Excel, its parts in another order', [file('xl/media/image1.png'), file('docProps/app.xml')]],
  ['Excel, its sheets first', [file('xl/worksheets/sheet1.xml', Buffer.alloc(9000))]],
  ['Excel in binary', [file('xl/workbook.bin')]],
  ['OpenDocument', [file('mimetype', Buffer.from('application/vnd.oasis.opendocument.spreadsheet'))]],
  ['numpy', [file('arr_0.npy'), file('arr_1.npy')]],
])('no pictures: %s', (_what, files) => {
  expect(isOf(files)).toBe(false);
});

it('goes on behind files whose size stands behind them', () => {
  const sheet = file('xl/worksheets/sheet1.xml');
  expect(startsAsPictures(Buffer.concat([streamed(file('a.png')), streamed(file('b.png'))]))).toBe(true);
  expect(startsAsPictures(Buffer.concat([streamed(file('xl/media/a.png')), streamed(sheet)]))).toBe(false);
});

it('is as sure of any part of a head', () => {
  const whole = zipOf([file('xl/a.png'), file('b.npy'), file('c.png')]);
  for (let length = 4; length < whole.length; length++)
    expect(startsAsPictures(whole.subarray(0, length)), String(length)).toBe(true);
  for (const text of ['', 'P', 'PK\x03', 'name,value\n1,2\n'])
    expect(startsAsPictures(Buffer.from(text))).toBe(false);
});
