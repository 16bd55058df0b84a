/** A picture in memory: 8 bits a value, row by row from the top, `channels` values for each pixel (gray, or red, green, blue). */
export interface Raster {
  width: number;
  height: number;
  channels: 1 | 3;
  data: Uint8Array;
}

/** A decoded picture, with what was done to it that a person should know. */
export interface DecodedPicture extends Raster {
  /** See-through parts were laid over white. */
  composited?: boolean;
  /** 16 bits a value were rounded to 8. */
  reduced?: boolean;
  /** Turned or mirrored as its EXIF says. */
  turned?: boolean;
}

/** Pixels of one picture: more would take more memory than a job has. */
export const mostPixels = 64_000_000;

/** The file as it was packed, at most. */
export const mostPictureBytes = 256 * 1024 * 1024;
