import type { Raster } from './raster.js';

/** Weights are whole numbers of so many bits, so that every machine gives the same bytes. */
const bits = 22;
const half = 2 ** (bits - 1);
const unit = 2 ** bits;

/** For each pixel along one side: where it begins in the picture, and what weighs how much from there. */
interface Weights {
  starts: Int32Array;
  weights: Int32Array[];
}

/**
 * A triangle as wide as the step from a pixel to the next, 2 at least: bilinear where a picture grows, an average without
 * moiré where it shrinks. What Pillow calls BILINEAR, and torchvision with `antialias`.
 */
function weightsOf(from: number, to: number): Weights {
  const scale = from / to;
  const support = Math.max(1, scale);
  const starts = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, at) => {
    const center = (at + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(from, Math.trunc(center + support + 0.5));
    starts[at] = start;
    const own = Array.from({ length: end - start }, (__, step) =>
      Math.max(0, 1 - Math.abs((step + start - center + 0.5) / support)),
    );
    const sum = own.reduce((total, weight) => total + weight, 0);
    return Int32Array.from(own, (weight) => Math.trunc(0.5 + (weight / sum) * unit));
  });
  return { starts, weights };
}

function across({ width, height, channels, data }: Raster, to: number): Raster {
  const { starts, weights } = weightsOf(width, to);
  const made = new Uint8Array(to * height * channels);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < to; x++) {
      const own = weights[x] as Int32Array;
      const first = (y * width + (starts[x] as number)) * channels;
      for (let channel = 0; channel < channels; channel++) {
        let sum = half;
        for (let step = 0; step < own.length; step++)
          sum += (data[first + step * channels + channel] as number) * (own[step] as number);
        made[at++] = Math.min(255, Math.max(0, Math.floor(sum / unit)));
      }
    }
  }
  return { width: to, height, channels, data: made };
}

function down({ width, height, channels, data }: Raster, to: number): Raster {
  const { starts, weights } = weightsOf(height, to);
  const row = width * channels;
  const made = new Uint8Array(to * row);
  const sums = new Float64Array(row);
  for (let y = 0; y < to; y++) {
    const own = weights[y] as Int32Array;
    sums.fill(half);
    for (let step = 0; step < own.length; step++) {
      const weight = own[step] as number;
      const first = ((starts[y] as number) + step) * row;
      for (let at = 0; at < row; at++)
        sums[at] = (sums[at] as number) + (data[first + at] as number) * weight;
    }
    for (let at = 0; at < row; at++)
      made[y * row + at] = Math.min(255, Math.max(0, Math.floor((sums[at] as number) / unit)));
  }
  return { width, height: to, channels, data: made };
}

/** The picture in `width` x `height` pixels, pulled where it has another shape. The same bytes as Pillow's BILINEAR. */
export function resampled(picture: Raster, width: number, height: number): Raster {
  const wide = picture.width === width ? picture : across(picture, width);
  return wide.height === height ? wide : down(wide, height);
}
