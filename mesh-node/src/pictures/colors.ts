import type { Raster } from './raster.js';

/** Gray as the eye sees it, in the whole numbers of Pillow and OpenCV [ITU-R BT.601]. */
function grayed({ width, height, data }: Raster): Raster {
  const made = new Uint8Array(width * height);
  for (let at = 0; at < made.length; at++) {
    const [red, green, blue] = [data[at * 3], data[at * 3 + 1], data[at * 3 + 2]] as [number, number, number];
    made[at] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }
  return { width, height, channels: 1, data: made };
}

function tripled({ width, height, data }: Raster): Raster {
  const made = new Uint8Array(data.length * 3);
  for (let at = 0; at < data.length; at++) made.fill(data[at] as number, at * 3, at * 3 + 3);
  return { width, height, channels: 3, data: made };
}

/** The picture in gray, or in red, green and blue. */
export function inChannels(picture: Raster, channels: 1 | 3): Raster {
  if (picture.channels === channels) return picture;
  return channels === 1 ? grayed(picture) : tripled(picture);
}
