import { crc32 } from 'node:zlib';
import { exifOrientation } from '../exif-orientation.js';
import { broken, PictureProblem, requireFit } from '../picture-problem.js';

/** What a PNG's header says [PNG, 11.2.1]. */
export interface PngHeader {
  width: number;
  height: number;
  depth: 1 | 2 | 4 | 8 | 16;
  color: 0 | 2 | 3 | 4 | 6;
  interlaced: boolean;
}

export interface PngChunks {
  header: PngHeader;
  palette: Uint8Array | undefined;
  transparency: Uint8Array | undefined;
  /** The compressed pixels, in pieces. */
  data: Buffer[];
  /** How it has to be turned, 1 to 8 [PNG, 11.3.4.5]. */
  orientation: number;
}

const depthsOf: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

function readHeader(chunk: Buffer): PngHeader {
  if (chunk.length !== 13) throw broken('its header is damaged');
  const [width, height] = [chunk.readUInt32BE(0), chunk.readUInt32BE(4)];
  const [depth = 0, color = 0, compression, filter, interlace = 0] = chunk.subarray(8);
  const isKnown = depthsOf[color]?.includes(depth) === true && interlace < 2;
  if (!isKnown || compression !== 0 || filter !== 0) throw broken('its header is damaged');
  requireFit(width, height);
  return { width, height, depth, color, interlaced: interlace === 1 } as PngHeader;
}

/**
 * Takes a PNG apart: chunks in their order, each with its checksum compared.
 *
 * @throws PictureProblem where it is damaged, ends early, is animated, or is larger than anything here
 */
export function readPngChunks(file: Buffer): PngChunks {
  let header: PngHeader | undefined;
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  const data: Buffer[] = [];
  let orientation = 1;
  let at = 8;
  for (;;) {
    if (at + 12 > file.length) throw broken('it ends too early');
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const end = at + 8 + length;
    if (end + 4 > file.length) throw broken('it ends too early');
    const chunk = file.subarray(at + 8, end);
    if (crc32(file.subarray(at + 4, end)) !== file.readUInt32BE(end)) {
      throw broken(`a checksum in it is wrong (${type.replace(/[^A-Za-z]/g, '?')})`);
    }
    at = end + 4;
    if (header === undefined) {
      if (type !== 'IHDR') throw broken('its header is missing');
      header = readHeader(chunk);
    } else if (type === 'PLTE') palette = chunk;
    else if (type === 'tRNS') transparency = chunk;
    else if (type === 'IDAT') data.push(chunk);
    else if (type === 'eXIf') orientation = exifOrientation(chunk);
    else if (type === 'IEND') return { header, palette, transparency, data, orientation };
    else if (type === 'acTL') {
      throw new PictureProblem('is an animated PNG. Save the one picture that you mean.');
    }
  }
}
