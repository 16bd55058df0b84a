import { MeshdeckError } from '@meshdeck/shared';
import { inChannels } from '../../../pictures/colors.js';
import { decodePicture } from '../../../pictures/decode-picture.js';
import { fitted, isResampled, type Frame } from '../../../pictures/fit.js';
import type { PictureFile } from '../../../pictures/open-pictures.js';
import { ofPicture, shownName } from '../../../pictures/picture-problem.js';
import type { DecodedPicture, Raster } from '../../../pictures/raster.js';
import type { PicturePlan } from './plan-pictures.js';

/** How many pictures were not taken as they stand. */
export interface PictureCounts {
  composited: number;
  reduced: number;
  turned: number;
  resized: number;
}

export const noCounts = (): PictureCounts => ({ composited: 0, reduced: 0, turned: 0, resized: 0 });

function inFrame(picture: Raster, frame: Frame, name: string): Raster | null {
  try {
    return fitted(picture, frame);
  } catch (error) {
    throw ofPicture(name, error);
  }
}

async function decoded({ name, read }: PictureFile): Promise<DecodedPicture> {
  try {
    return await decodePicture(await read());
  } catch (error) {
    throw ofPicture(name, error);
  }
}

/**
 * A picture as the plan wants it, in its size and in gray or red, green and blue.
 *
 * @throws MeshdeckError `picture-invalid` where it is broken or far too long and narrow, `picture-ambiguous` where it has another shape than the model
 *   takes and nobody said what is to become of it
 */
export async function preparePicture(
  file: PictureFile,
  { frame, channels }: Pick<PicturePlan, 'frame' | 'channels'>,
  counts: PictureCounts,
): Promise<Raster> {
  const picture = await decoded(file);
  const fits = inFrame(inChannels(picture, channels === 'gray' ? 1 : 3), frame, file.name);
  if (fits === null)
    throw new MeshdeckError(
      'picture-ambiguous',
      `The picture ${shownName(file.name)} has ${picture.width} x ${picture.height} pixels, and the model takes ${frame.width} x ${frame.height}, another shape. ` +
        'Say what is to become of it: --pictures resize=cover (its middle), resize=contain (all of it, with black edges) or resize=stretch (pulled to it).',
    );
  if (picture.composited === true) counts.composited += 1;
  if (picture.reduced === true) counts.reduced += 1;
  if (picture.turned === true) counts.turned += 1;
  if (isResampled(picture, frame)) counts.resized += 1;
  return fits;
}

const some = (count: number) => (count === 1 ? '1 picture' : `${count.toLocaleString('en-US')} pictures`);
const has = (count: number) => (count === 1 ? 'has' : 'have');
const was = (count: number) => (count === 1 ? 'was' : 'were');

/** What a person should know of how they were taken. */
export function countNotes({ composited, reduced, turned, resized }: PictureCounts): string[] {
  return [
    ...(resized > 0 ? [`${some(resized)} ${was(resized)} resampled to the size that the model takes.`] : []),
    ...(composited > 0
      ? [`${some(composited)} ${has(composited)} see-through parts, which ${was(2)} laid over white.`]
      : []),
    ...(turned > 0 ? [`${some(turned)} ${was(turned)} turned as the camera noted (EXIF).`] : []),
    ...(reduced > 0 ? [`${some(reduced)} ${has(reduced)} 16 bits a value, rounded to 8.`] : []),
  ];
}
