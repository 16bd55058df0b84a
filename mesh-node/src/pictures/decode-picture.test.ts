import { crc32, deflateSync } from 'node:zlib';
import { pngOf } from '@meshdeck/testing/pictures';
import { describe, expect, it } from 'vitest';
import { inChannels } from './colors.js';
import { decodePicture } from './decode-picture.js';
import { fitted } from './fit.js';
import { bytesOf, fixtures, pictureFile } from './fixtures/read-fixtures.js';
import { turned } from './turn.js';

const { pictures, sizes } = fixtures;

describe('a picture', () => {
  it.each(Object.entries(pictures))('%s is read as Pillow reads it', async (name, known) => {
    const read = await decodePicture(bytesOf(known.file));
    expect([read.width, read.height]).toEqual([known.width, known.height]);
    const own = inChannels(read, known.mode === 'L' ? 1 : 3);
    const wanted = bytesOf(known.pixels);
    expect(own.data.length).toBe(wanted.length);
    // Over white, Pillow's rounding is not always to the nearest.
    const most = read.composited === true ? 1 : 0;
    const off = own.data.reduce(
      (worst, value, at) => Math.max(worst, Math.abs(value - (wanted[at] ?? 0))),
      0,
    );
    expect(off, name).toBeLessThanOrEqual(most);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('stands upright as the EXIF of a PNG says: %i', async (orientation) => {
    const exif = Buffer.from('MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0', 'latin1');
    exif.writeUInt16BE(orientation, 18);
    const body = Buffer.concat([Buffer.from('eXIf'), exif]);
    const chunk = Buffer.alloc(body.length + 8);
    chunk.writeUInt32BE(exif.length, 0);
    body.copy(chunk, 4);
    chunk.writeUInt32BE(crc32(body), body.length + 4);
    const jpeg = await decodePicture(pictureFile(`exif-${orientation}.jpg`));
    const flat = await decodePicture(pictureFile('exif-1.jpg'));
    const file = pngOf(flat.width, flat.height, [...flat.data]);
    // Before the pixels, and behind them.
    for (const at of [33, file.length - 12]) {
      const read = await decodePicture(Buffer.concat([file.subarray(0, at), chunk, file.subarray(at)]));
      expect(read.turned).toBe(jpeg.turned);
      expect([read.width, read.height]).toEqual([jpeg.width, jpeg.height]);
      expect(Buffer.from(read.data)).toEqual(Buffer.from(turned(flat, orientation).data));
    }
  });

  it('says what was not taken as it stands', async () => {
    expect((await decodePicture(pictureFile('rgba.png'))).composited).toBe(true);
    expect((await decodePicture(pictureFile('rgba-opaque.png'))).composited).toBeUndefined();
    expect((await decodePicture(pictureFile('rgb-16.png'))).reduced).toBe(true);
    expect((await decodePicture(pictureFile('exif-6.jpg'))).turned).toBe(true);
    expect((await decodePicture(pictureFile('exif-1.jpg'))).turned).toBeUndefined();
  });

  it.each(
    sizes.map(
      (size) => [`${size.from} ${size.mode} ${size.how} ${size.width}x${size.height}`, size] as const,
    ),
  )(
    '%s is resampled as Pillow and torchvision do it',
    async (_name, { from, mode, how, width, height, pixels }) => {
      const read = inChannels(await decodePicture(pictureFile(from)), mode === 'L' ? 1 : 3);
      const frame = {
        width,
        height,
        resize: how === 'crop' ? 'cover' : how,
        crop: how === 'crop' ? 0.875 : 1,
      };
      const own = fitted(read, frame as Parameters<typeof fitted>[1]);
      expect(Buffer.from(own?.data ?? [])).toEqual(bytesOf(pixels));
    },
  );

  it('of another shape fits nothing until somebody says how', async () => {
    const read = await decodePicture(pictureFile('gray.png'));
    expect(fitted(read, { width: 8, height: 8, resize: undefined, crop: 1 })).toBeNull();
    expect(fitted(read, { width: 74, height: 58, resize: undefined, crop: 1 })?.width).toBe(74);
  });
});

/** A PNG that only its header makes large. */
function bomb(width: number, height: number): Buffer {
  const file = Buffer.from(pictureFile('gray.png'));
  file.writeUInt32BE(width, 16);
  file.writeUInt32BE(height, 20);
  return withSum(file);
}

function withSum(file: Buffer): Buffer {
  // Header's checksum, over its type and its 13 bytes.
  let crc = ~0;
  for (const byte of file.subarray(12, 29)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  file.writeUInt32BE(~crc >>> 0, 29);
  return file;
}

const cut = (name: string, by: number) => pictureFile(name).subarray(0, -by);

function changed(name: string, at: number): Buffer {
  const file = Buffer.from(pictureFile(name));
  file[at] = (file[at] ?? 0) ^ 0x55;
  return file;
}

const sof = (name: string) => pictureFile(name).indexOf(Buffer.from([0xff, 0xc0]));

function withSof(change: (file: Buffer, at: number) => void): Buffer {
  const file = Buffer.from(pictureFile('444.jpg'));
  change(file, sof('444.jpg'));
  return file;
}

it.each<[what: string, file: Buffer, sentence: RegExp]>([
  ['no bytes', Buffer.alloc(0), /^is broken: it is empty/],
  ['noise', Buffer.from('hello there'), /neither as a JPEG nor as a PNG/],
  ['a JPEG that ends early', cut('420.jpg', 100), /^is broken: it ends too early/],
  ['a JPEG without its last half', pictureFile('420.jpg').subarray(0, 700), /^is broken: it ends too early/],
  [
    'a JPEG with a hole',
    Buffer.concat([pictureFile('444.jpg').subarray(0, 900), Buffer.from([0xff, 0xd9])]),
    /^is broken: it(?:s pixels are damaged| ends too early)/,
  ],
  ['a JPEG of which only the start is there', pictureFile('420.jpg').subarray(0, 20), /it ends too early/],
  [
    'a large JPEG',
    withSof((file, at) => file.writeUInt32BE(0xffdcffdc, at + 5)),
    /65500 x 65500 pixels; a picture may have 64 million/,
  ],
  ['a lossless JPEG', withSof((file, at) => file.writeUInt8(0xc3, at + 1)), /^is a lossless JPEG/],
  ['arithmetic coding', withSof((file, at) => file.writeUInt8(0xc9, at + 1)), /arithmetic coding/],
  ['12 bits', withSof((file, at) => file.writeUInt8(12, at + 4)), /^has 12 bits a value/],
  ['CMYK', withSof((file, at) => file.writeUInt8(4, at + 9)), /\(CMYK\).*Save it in RGB/],
  ['a PNG that ends early', cut('color.png', 20), /^is broken: it ends too early/],
  ['a PNG with a changed byte', changed('color.png', 60), /^is broken: a checksum in it is wrong/],
  ['a huge PNG', bomb(60_000, 60_000), /^has 60000 x 60000 pixels/],
  ['a PNG with more pixels than it has', bomb(60, 60), /fewer pixels than it says/],
  ['a PNG with fewer pixels than it has', bomb(1, 1), /more pixels than it says|pixels are damaged/],
  ['a GIF', Buffer.from('GIF89a........'), /^is a GIF. Save it as JPEG or PNG.$/],
  ['WebP', Buffer.from('RIFF\0\0\0\0WEBPVP8 '), /^is a WebP picture/],
  ['HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0'), /^is a HEIC picture/],
  ['AVIF', Buffer.from('\0\0\0\x18ftypavif\0\0\0\0'), /^is an AVIF picture/],
  ['TIFF', Buffer.from('II*\0\x08\0\0\0'), /^is a TIFF picture/],
  ['BMP', Buffer.from('BM\x36\x03\0\0\0\0\0\0\x36\0\0\0'), /^is a BMP picture/],
  ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /^is an SVG drawing/],
])('%s is refused', async (_what, file, sentence) => {
  await expect(decodePicture(file)).rejects.toThrow(sentence);
  // The next one is read all the same.
  expect((await decodePicture(pictureFile('420.jpg'))).width).toBe(37);
});

it('unpacks no more of a PNG than its header promises', async () => {
  const file = pictureFile('gray-8.png');
  const at = file.indexOf('IDAT') - 4;
  const data = deflateSync(Buffer.alloc(50_000_000));
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write('IDAT', 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  const end = Buffer.concat([file.subarray(0, at), chunk, file.subarray(-12)]);
  await expect(decodePicture(end)).rejects.toThrow('it has more pixels than it says');
});
