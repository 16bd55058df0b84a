import type { Raster } from './raster.js';

/** A picture as its EXIF orientation (1 to 8) wants it to be seen. */
export function turned({ width, height, channels, data }: Raster, orientation: number): Raster {
  if (orientation <= 1) return { width, height, channels, data };
  // From 5 on, rows become columns.
  const isAcross = orientation >= 5;
  const [toWidth, toHeight] = isAcross ? [height, width] : [width, height];
  const made = new Uint8Array(data.length);
  let at = 0;
  for (let y = 0; y < toHeight; y++) {
    for (let x = 0; x < toWidth; x++) {
      const [fromX, fromY] = source(orientation, x, y, width, height);
      const from = (fromY * width + fromX) * channels;
      for (let channel = 0; channel < channels; channel++) made[at++] = data[from + channel] as number;
    }
  }
  return { width: toWidth, height: toHeight, channels, data: made };
}

/** The pixel of the stored picture that is to be seen at x, y. */
function source(
  orientation: number,
  x: number,
  y: number,
  width: number,
  height: number,
): readonly [x: number, y: number] {
  const [right, bottom] = [width - 1, height - 1];
  switch (orientation) {
    case 2:
      return [right - x, y];
    case 3:
      return [right - x, bottom - y];
    case 4:
      return [x, bottom - y];
    case 5:
      return [y, x];
    case 6:
      return [y, bottom - x];
    case 7:
      return [right - y, bottom - x];
    case 8:
      return [right - y, x];
    default:
      return [x, y];
  }
}
