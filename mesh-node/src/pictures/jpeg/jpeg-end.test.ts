import { describe, expect, it } from 'vitest';
import { bytesOf, fixtures, pictureFile } from '../fixtures/read-fixtures.js';
import { decodeJpeg } from './decode-jpeg.js';
import { jpegEnd } from './jpeg-end.js';

/** The same bytes for the same seed [mulberry32]. */
function noise(seed: number, length: number): Buffer {
  let state = seed;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return (mixed ^ (mixed >>> 14)) & 0xff;
    }),
  );
}

const scan = Buffer.from([0xff, 0xda]);
const end = Buffer.from([0xff, 0xd9]);
const film = Buffer.from('\0\0\0\x18ftypmp42', 'latin1');

/** What cameras and phones put behind a picture. */
const trailers: [what: string, trailer: Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['noughts', Buffer.alloc(4096)],
  ['one byte of a marker', Buffer.from([0xff])],
  ['a film with the start of a scan', Buffer.concat([film, scan, noise(1, 300)])],
  ['a film with an end, then a scan', Buffer.concat([film, end, noise(2, 300), scan, noise(3, 9)])],
  ['a film with a scan, then an end', Buffer.concat([film, scan, noise(4, 300), end])],
  ['another picture', pictureFile('progressive.jpg')],
  ['the half of another picture', pictureFile('420.jpg').subarray(0, 900)],
  ...Array.from({ length: 20 }, (_, seed): [string, Buffer] => [
    `noise ${seed}`,
    Buffer.concat([film, noise(100 + seed, 20_000 + seed * 997)]),
  ]),
];

const jpegs = Object.entries(fixtures.pictures).filter(([name]) => name.endsWith('.jpg'));
const forms = ['gray.jpg', '420.jpg', 'progressive.jpg', 'exif-6.jpg', 'optimized.jpg'];

describe('behind a picture', () => {
  it.each(trailers)('may follow %s', async (_what, trailer) => {
    for (const name of forms) {
      const file = pictureFile(name);
      const plain = await decodeJpeg(file);
      expect(await decodeJpeg(Buffer.concat([file, trailer])), name).toEqual(plain);
    }
  });

  it.each(jpegs)('%s ends where its file does', (_name, { file }) => {
    const bytes = bytesOf(file);
    expect(jpegEnd(bytes)).toBe(bytes.length);
    expect(jpegEnd(Buffer.concat([bytes, noise(7, 5000)]))).toBe(bytes.length);
  });
});

/** A thumbnail in a segment of the picture has an end of its own. */
function withThumbnail(name: string): Buffer {
  const file = pictureFile(name);
  const thumbnail = pictureFile('444.jpg');
  const segment = Buffer.alloc(4);
  segment.writeUInt16BE(0xffe2, 0);
  segment.writeUInt16BE(thumbnail.length + 2, 2);
  return Buffer.concat([file.subarray(0, 2), segment, thumbnail, file.subarray(2)]);
}

describe('a picture that is cut off', () => {
  it('is refused wherever it is cut', async () => {
    for (const name of ['gray.jpg', 'progressive.jpg']) {
      const file = pictureFile(name);
      for (let length = 2; length < file.length; length += 13)
        await expect(decodeJpeg(file.subarray(0, length)), `${name} ${length}`).rejects.toThrow(
          'ends too early',
        );
      await expect(decodeJpeg(file.subarray(0, -1))).rejects.toThrow('ends too early');
      await expect(decodeJpeg(file.subarray(0, -2))).rejects.toThrow('ends too early');
    }
  });

  it('is not whole by the end of its thumbnail, or of another picture', async () => {
    const file = withThumbnail('420.jpg');
    expect((await decodeJpeg(file)).width).toBe(37);
    await expect(decodeJpeg(file.subarray(0, -100))).rejects.toThrow('ends too early');
    const other = pictureFile('gray.jpg');
    await expect(decodeJpeg(Buffer.concat([file.subarray(0, -100), other]))).rejects.toThrow(
      'ends too early',
    );
  });
});
