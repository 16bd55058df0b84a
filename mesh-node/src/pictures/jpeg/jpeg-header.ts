import { exifOrientation } from '../exif-orientation.js';
import { broken, PictureProblem, requireFit } from '../picture-problem.js';

export interface JpegHeader {
  width: number;
  height: number;
  /** 1 gray, 3 colours. */
  components: 1 | 3;
  orientation: number;
}

const refusals: Readonly<Record<number, string>> = {
  0xc3: 'is a lossless JPEG',
  0xc5: 'is a hierarchical JPEG',
  0xc6: 'is a hierarchical JPEG',
  0xc7: 'is a hierarchical JPEG',
  0xcd: 'is a hierarchical JPEG',
  0xce: 'is a hierarchical JPEG',
  0xcf: 'is a hierarchical JPEG',
  0xc9: 'is a JPEG with arithmetic coding',
  0xca: 'is a JPEG with arithmetic coding',
  0xcb: 'is a lossless JPEG',
};
const saveAgain = 'Save it as a plain JPEG or as PNG.';

function frame(marker: number, segment: Buffer, orientation: number): JpegHeader {
  const refusal = refusals[marker];
  if (refusal !== undefined) throw new PictureProblem(`${refusal}. ${saveAgain}`);
  if (segment.length < 6) throw broken('its header is damaged');
  const precision = segment[0] ?? 0;
  if (precision !== 8) throw new PictureProblem(`has ${precision} bits a value. ${saveAgain}`);
  const [height, width, components] = [segment.readUInt16BE(1), segment.readUInt16BE(3), segment[5]];
  requireFit(width, height);
  if (components === 4) {
    throw new PictureProblem(
      'is in the colours of a printing press (CMYK), of which nobody knows the red, green and blue. Save it in RGB.',
    );
  }
  if (components !== 1 && components !== 3) throw broken('its header is damaged');
  return { width, height, components, orientation };
}

/**
 * What a JPEG says of itself before its pixels begin [ITU-T T.81, annex B].
 *
 * @throws PictureProblem where it is damaged, too large or of a kind that is not decoded here
 */
export function readJpegHeader(file: Buffer): JpegHeader {
  let at = 2;
  let orientation = 1;
  while (at + 4 <= file.length) {
    if (file[at] !== 0xff) throw broken('its header is damaged');
    const marker = file[at + 1] ?? 0;
    // Fill bytes, and markers without a length.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    if (marker === 0xd9 || marker === 0xda) throw broken('it has no pixels');
    const end = at + 2 + file.readUInt16BE(at + 2);
    if (end > file.length) break;
    const segment = file.subarray(at + 4, end);
    if (marker === 0xe1 && segment.toString('latin1', 0, 6) === 'Exif\0\0')
      orientation = exifOrientation(segment.subarray(6));
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return frame(marker, segment, orientation);
    at = end;
  }
  throw broken('it ends too early');
}
