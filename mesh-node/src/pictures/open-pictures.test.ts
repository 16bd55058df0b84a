import { startsAsPictures } from '@meshdeck/shared';
import { zipOf, type ZipFile } from '@meshdeck/testing/pictures';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../csv/table-source.js';
import { pictureFile } from './fixtures/read-fixtures.js';
import { openPictures, type PictureSet } from './open-pictures.js';

const png = pictureFile('gray-8.png');
const jpg = pictureFile('420.jpg');
const open = (bytes: Buffer, name = 'given.png') => openPictures(memorySource(bytes), name);
const openZip = async (files: readonly ZipFile[]): Promise<PictureSet> =>
  (await open(zipOf(files))) ?? expect.fail('taken for a table');
const namesOf = ({ pictures }: PictureSet) => pictures.map(({ name }) => name);

describe('an archive of pictures', () => {
  it('gives them in the order of their names, packed or not, as they are called', async () => {
    const set = await openZip([
      { name: '2.png', data: png },
      { name: 'b/Ärger & Söhne (2) größe.JPG', data: jpg, deflated: true },
      { name: '10.png', data: png, deflated: true },
      { name: 'b/' },
      { name: 'a,"b".png', data: png },
    ]);
    expect(namesOf(set)).toEqual(['10.png', '2.png', 'a,"b".png', 'b/Ärger & Söhne (2) größe.JPG']);
    expect(await set.pictures[0]?.read()).toEqual(png);
    expect(await set.pictures[3]?.read()).toEqual(jpg);
  });

  it('leaves out what systems leave in folders, and what is no picture, and says so', async () => {
    const set = await openZip([
      { name: '__MACOSX/._x.png', data: Buffer.from('resource fork') },
      { name: 'x.png', data: png },
      { name: 'sub/.DS_Store', data: Buffer.from('x') },
      { name: 'Thumbs.db', data: Buffer.from('x') },
      { name: 'labels.csv', data: Buffer.from('a,b\n1,2\n'), deflated: true },
      { name: 'without-ending', data: jpg, deflated: true },
    ]);
    expect(namesOf(set)).toEqual(['without-ending', 'x.png']);
    expect(set.leftOut).toEqual([
      { file: '__MACOSX/._x.png', why: 'a file of macOS' },
      { file: 'sub/.DS_Store', why: 'a file of the system' },
      { file: 'Thumbs.db', why: 'a file of the system' },
      { file: 'labels.csv', why: 'no picture' },
    ]);
  });

  it('reads names that do not say that they are UTF-8, and those of DOS', async () => {
    const set = await openZip([
      { name: Buffer.from('grün.png'), data: png },
      { name: Buffer.from([0x67, 0x72, 0x81, 0x6e, 0x2e, 0x6a, 0x70, 0x67]), data: jpg },
    ]);
    expect(namesOf(set)).toEqual(['grün.jpg', 'grün.png']);
  });

  it.each<[what: string, files: ZipFile[], sentence: string]>([
    ['no picture', [{ name: 'a.txt', data: Buffer.from('x') }], 'holds no JPEG or PNG'],
    ['nothing', [], 'holds no JPEG or PNG'],
    [
      'a way out',
      [{ name: '../../x.png', data: png }],
      'a file with the name "../../x.png", which is no plain name',
    ],
    ['a line break in a name', [{ name: 'a\nb.png', data: png }], 'a file with the name "a\\nb.png"'],
    ['a place of its own', [{ name: '/etc/x.png', data: png }], 'a file with the name "/etc/x.png"'],
    [
      'two of one name',
      [
        { name: 'x.png', data: png },
        { name: 'x.png', data: jpg },
      ],
      'two files with the name "x.png"',
    ],
    [
      'WebP without an ending',
      [
        { name: 'x.png', data: png },
        { name: 'y', data: Buffer.from('RIFF\0\0\0\0WEBPVP8 ') },
      ],
      'The picture "y" is a WebP picture. Save it as JPEG or PNG.',
    ],
  ])('with %s is refused', async (_what, files, sentence) => {
    await expect(open(zipOf(files))).rejects.toMatchObject({
      code: 'picture-invalid',
      message: expect.stringContaining(sentence) as string,
    });
  });

  it.each<[what: string, file: Omit<ZipFile, 'name'>, sentence: string]>([
    ['another checksum', { data: png, says: { sum: 1 } }, 'is broken: its checksum'],
    [
      'more bytes than it says',
      { data: Buffer.alloc(1e6), deflated: true, says: { bytes: 10 } },
      'packed wrongly',
    ],
    ['300 MB by its word', { data: png, deflated: true, says: { bytes: 300e6 } }, 'is larger than 256 MiB'],
    ['a password', { data: png, says: { flags: 0x801, bytes: png.length - 12 } }, 'is encrypted'],
    ['another compression', { data: png, says: { method: 12 } }, 'packed in a way not known here'],
    ['bytes that do not unpack', { data: png, says: { method: 8 } }, 'is broken: it is packed wrongly'],
  ])('has a picture with %s that cannot be read', async (_what, file, sentence) => {
    const { pictures } = await openZip([{ name: 'x.png', ...file }]);
    await expect(pictures[0]?.read()).rejects.toThrow(sentence);
  });

  it('that ends early is refused', async () => {
    const whole = zipOf([{ name: 'x.png', data: png }]);
    await expect(open(whole.subarray(0, -30))).rejects.toThrow(
      'The zip archive is damaged or ends too early.',
    );
  });
});

it('takes one picture by the name it was given', async () => {
  const set = await open(jpg, 'größe (2).jpg');
  expect(set === null ? [] : namesOf(set)).toEqual(['größe (2).jpg']);
});

it.each<[what: string, files: ZipFile[], names: string[] | undefined]>([
  ['a folder xl', [{ name: 'xl/a.png', data: png }], ['xl/a.png']],
  [
    'pixels that spell a name',
    [{ name: 'a.png', data: Buffer.from('[Content_Types].xml opendocument') }],
    ['a.png'],
  ],
  [
    'a small array beside a picture',
    [
      { name: 'a.npy', data: Buffer.alloc(90) },
      { name: 'b.png', data: png },
    ],
    ['b.png'],
  ],
  [
    'an array of which the hub sees no end',
    [
      { name: 'a.npy', data: Buffer.alloc(5000) },
      { name: 'b.png', data: png },
    ],
    undefined,
  ],
])('takes an archive for what the hub takes it for: %s', async (_what, files, names) => {
  const zip = zipOf(files);
  const set = await open(zip);
  expect(set === null ? undefined : namesOf(set)).toEqual(names);
  expect(startsAsPictures(zip)).toBe(names !== undefined);
});

it.each([
  ['a table', Buffer.from('a,b\n1,2\n')],
  ['an Excel workbook', zipOf([{ name: '[Content_Types].xml' }, { name: 'xl/workbook.xml' }])],
  ['numpy arrays', zipOf([{ name: 'x.npy' }])],
  ['words with the first letters of an archive', Buffer.from('PKW,LKW\n1,2\n')],
])('takes %s for no pictures', async (_what, bytes) => {
  expect(await open(bytes)).toBeNull();
});
