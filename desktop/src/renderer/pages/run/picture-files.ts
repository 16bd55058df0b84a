import { pictureHeadBytes, startsAsPictures } from '@meshdeck/shared';

/** Pictures for a model: an archive of them, or one. */
export const pictureEndings = ['.zip', '.png', '.jpg', '.jpeg'] as const;

/** By its first bytes: of an archive of pictures, no part is of use. */
export async function isOfPictures(file: Blob): Promise<boolean> {
  return startsAsPictures(new Uint8Array(await file.slice(0, pictureHeadBytes).arrayBuffer()));
}
