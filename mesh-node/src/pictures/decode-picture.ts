import { decodeJpeg } from './jpeg/decode-jpeg.js';
import { foreignWords, pictureKind } from './picture-kind.js';
import { broken, PictureProblem } from './picture-problem.js';
import { decodePng } from './png/decode-png.js';
import type { DecodedPicture } from './raster.js';

/**
 * Decodes a JPEG or PNG, whatever its name is.
 *
 * @throws PictureProblem saying what is wrong with it, or what else it is
 */
export async function decodePicture(file: Buffer): Promise<DecodedPicture> {
  if (file.length === 0) throw broken('it is empty');
  const kind = pictureKind(file);
  if (kind === 'png') return decodePng(file);
  if (kind === 'jpeg') return decodeJpeg(file);
  if (kind !== undefined) throw new PictureProblem(foreignWords(kind.foreign));
  throw broken('it begins neither as a JPEG nor as a PNG does');
}
