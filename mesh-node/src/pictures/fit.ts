import type { PictureResize } from '@meshdeck/shared';
import type { Raster } from './raster.js';
import { resampled } from './resample.js';

/** The size a model takes, and how a picture of another shape comes to it. */
export interface Frame {
  width: number;
  height: number;
  /** Undefined where nobody said: then only pictures of the same shape fit. */
  resize: PictureResize | undefined;
  /** With `cover`: so much of the shorter side is kept. */
  crop: number;
}

/** The same shape, to a pixel. */
export const hasShapeOf = (
  picture: Pick<Raster, 'width' | 'height'>,
  { width, height }: Pick<Frame, 'width' | 'height'>,
): boolean =>
  Math.abs(picture.width * height - picture.height * width) < Math.max(picture.width, picture.height);

/** To the even one of two that are equally near, as Python rounds. */
function roundedEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

type Size = [width: number, height: number];

/** The size that a picture has when its shorter side is brought to that of a frame. */
function coveringSize(picture: Raster, { width, height, crop }: Frame): Size {
  const [boxWidth, boxHeight] = [Math.round(width / crop), Math.round(height / crop)];
  const isTall = boxWidth * picture.height >= boxHeight * picture.width;
  return isTall
    ? [boxWidth, Math.max(height, Math.trunc((boxWidth * picture.height) / picture.width))]
    : [Math.max(width, Math.trunc((boxHeight * picture.width) / picture.height)), boxHeight];
}

/** The size of all of it inside a frame. */
function containedSize(picture: Raster, { width, height }: Frame): Size {
  const isWide = picture.width * height > picture.height * width;
  const toWidth = isWide ? width : Math.max(1, roundedEven((picture.width / picture.height) * height));
  const toHeight = isWide ? Math.max(1, roundedEven((picture.height / picture.width) * width)) : height;
  return [Math.min(width, toWidth), Math.min(height, toHeight)];
}

/** Whether other pixels are made of a picture's own to bring it to a frame, which cuts and edges do not. */
export function isResampled(picture: Raster, frame: Frame): boolean {
  const [width, height] =
    frame.resize === 'cover'
      ? coveringSize(picture, frame)
      : frame.resize === 'contain'
        ? containedSize(picture, frame)
        : [frame.width, frame.height];
  return picture.width !== width || picture.height !== height;
}

/** The shorter side to that of a frame, then its middle: torchvision's Resize and CenterCrop. */
function covered(picture: Raster, frame: Frame): Raster {
  const { width, height } = frame;
  const [toWidth, toHeight] = coveringSize(picture, frame);
  const left = roundedEven((toWidth - width) / 2);
  const top = roundedEven((toHeight - height) / 2);
  return resampled(picture, toWidth, toHeight, { left, top, width, height });
}

/** All of it in the middle of black: Pillow's ImageOps.pad. */
function contained(picture: Raster, frame: Frame): Raster {
  const { width, height } = frame;
  const small = resampled(picture, ...containedSize(picture, frame));
  const left = roundedEven((width - small.width) / 2);
  const top = roundedEven((height - small.height) / 2);
  const { channels, data } = small;
  const made = new Uint8Array(width * height * channels);
  for (let row = 0; row < small.height; row++) {
    const line = data.subarray(row * small.width * channels, (row + 1) * small.width * channels);
    made.set(line, ((top + row) * width + left) * channels);
  }
  return { width, height, channels, data: made };
}

/**
 * The picture in the frame's size. Null where it has another shape and nobody said what is to become of it.
 *
 * @throws PictureProblem for a picture so long and narrow that it cannot be brought to it
 */
export function fitted(picture: Raster, frame: Frame): Raster | null {
  const { width, height, resize } = frame;
  if (resize === 'cover') return covered(picture, frame);
  if (picture.width === width && picture.height === height) return picture;
  if (resize === 'contain') return contained(picture, frame);
  if (resize === 'stretch' || hasShapeOf(picture, frame)) return resampled(picture, width, height);
  return null;
}
