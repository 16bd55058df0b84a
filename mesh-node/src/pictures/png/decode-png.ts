import { inflateSync } from 'node:zlib';
import { broken } from '../picture-problem.js';
import type { DecodedPicture } from '../raster.js';
import { turned } from '../turn.js';
import { createPixelReader } from './pixel-reader.js';
import { readPngChunks, type PngHeader } from './png-chunks.js';
import { unfilter } from './unfilter.js';

const samplesOf = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** One pass over the picture: from where, and how far from a pixel to the next. */
interface Pass {
  x: number;
  y: number;
  stepX: number;
  stepY: number;
}

const whole: readonly Pass[] = [{ x: 0, y: 0, stepX: 1, stepY: 1 }];
/** Adam7 [PNG, 8.2]. */
const interlaced: readonly Pass[] = [
  { x: 0, y: 0, stepX: 8, stepY: 8 },
  { x: 4, y: 0, stepX: 8, stepY: 8 },
  { x: 0, y: 4, stepX: 4, stepY: 8 },
  { x: 2, y: 0, stepX: 4, stepY: 4 },
  { x: 0, y: 2, stepX: 2, stepY: 4 },
  { x: 1, y: 0, stepX: 2, stepY: 2 },
  { x: 0, y: 1, stepX: 1, stepY: 2 },
];

function passesOf({ width, height, interlaced: isInterlaced, depth, color }: PngHeader) {
  const bits = depth * samplesOf[color];
  return (isInterlaced ? interlaced : whole)
    .map((pass) => {
      const columns = Math.ceil((width - pass.x) / pass.stepX);
      const rows = Math.ceil((height - pass.y) / pass.stepY);
      return { ...pass, columns, rows, rowBytes: Math.ceil((columns * bits) / 8) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
}

/** No more than the header promises: a small file may unpack to a hundred gigabytes. */
function inflate(data: Buffer, bytes: number): Buffer {
  try {
    const lines = inflateSync(data, { maxOutputLength: bytes + 1024 });
    if (lines.length >= bytes) return lines;
  } catch (error) {
    const isTooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw broken(isTooLong ? 'it has more pixels than it says' : 'its pixels are damaged');
  }
  throw broken('it has fewer pixels than it says');
}

/**
 * Decodes a PNG of any kind: gray, colours or palette, 1 to 16 bits, interlaced or not. What is see-through is laid over
 * white; 16 bits are rounded to 8; it stands upright as its EXIF says. Gamma and colour profiles are not applied, as in Pillow and OpenCV.
 *
 * @throws PictureProblem
 */
export function decodePng(file: Buffer): DecodedPicture {
  const { header, palette, transparency, data, orientation } = readPngChunks(file);
  const { width, height, depth, color } = header;
  const passes = passesOf(header);
  const bytes = passes.reduce((sum, { rows, rowBytes }) => sum + rows * (rowBytes + 1), 0);
  const lines = inflate(Buffer.concat(data), bytes);
  const step = Math.max(1, (depth * samplesOf[color]) >> 3);
  const reader = createPixelReader(header, { palette, transparency });
  const { channels } = reader;
  const pixels = new Uint8Array(width * height * channels);
  let at = 0;
  for (const { x, y, stepX, stepY, columns, rows, rowBytes } of passes) {
    const part = lines.subarray(at, at + rows * (rowBytes + 1));
    unfilter(part, rows, rowBytes, step);
    for (let row = 0; row < rows; row++) {
      const line = part.subarray(row * (rowBytes + 1) + 1, (row + 1) * (rowBytes + 1));
      const to = ((y + row * stepY) * width + x) * channels;
      reader.read(line, columns, pixels, to, stepX * channels);
    }
    at += part.length;
  }
  return {
    ...turned({ width, height, channels, data: pixels }, orientation),
    ...(orientation !== 1 && { turned: true }),
    ...(reader.seen.translucent && { composited: true }),
    ...(depth === 16 && { reduced: true }),
  };
}
