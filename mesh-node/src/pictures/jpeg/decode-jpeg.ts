import { broken } from '../picture-problem.js';
import type { DecodedPicture } from '../raster.js';
import { turned } from '../turn.js';
import { jpegEnd } from './jpeg-end.js';
import { readJpegHeader } from './jpeg-header.js';
import { startJpegCodec, type JpegCodec } from './mozjpeg.js';

let current: Promise<JpegCodec> | undefined;

/** What a picture of more pixels took is not given back by a codec that goes on. */
const largePixels = 4_000_000;

/** Bytes between two segments that mean nothing are common in cameras' files, and harmless. */
const isHarmless = (line: string) => /extraneous bytes before marker/.test(line);

async function decode(file: Buffer, isLarge: boolean): Promise<Uint8ClampedArray> {
  const codec = await (current ??= startJpegCodec());
  let complaint: string | undefined;
  try {
    const data = codec.decode(file);
    complaint = codec.complaints().find((line) => !isHarmless(line));
    if (complaint === undefined) {
      if (isLarge) current = undefined;
      return data;
    }
  } catch {
    complaint = codec.complaints().at(-1) ?? '';
  }
  // It stopped where it stood.
  current = undefined;
  throw broken(/premature end/i.test(complaint) ? 'it ends too early' : 'its pixels are damaged');
}

function withoutAlpha(rgba: Uint8ClampedArray, channels: 1 | 3): Uint8Array {
  const pixels = new Uint8Array((rgba.length / 4) * channels);
  let at = 0;
  for (let from = 0; from < rgba.length; from += 4) {
    for (let channel = 0; channel < channels; channel++) pixels[at++] = rgba[from + channel] as number;
  }
  return pixels;
}

/**
 * Decodes a JPEG, progressive ones too, upright as its EXIF says. Colour profiles are not applied, as in Pillow and OpenCV.
 *
 * @throws PictureProblem
 */
export async function decodeJpeg(file: Buffer): Promise<DecodedPicture> {
  const { width, height, components, orientation } = readJpegHeader(file);
  const end = jpegEnd(file);
  if (end === undefined) throw broken('it ends too early');
  const data = await decode(file.subarray(0, end), width * height > largePixels);
  if (data.length !== width * height * 4) throw broken('its pixels are damaged');
  const raster = { width, height, channels: components, data: withoutAlpha(data, components) };
  if (orientation === 1) return raster;
  return { ...turned(raster, orientation), turned: true };
}
