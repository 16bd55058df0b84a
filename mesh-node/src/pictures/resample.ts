import { PictureProblem } from './picture-problem.js';
import type { Raster } from './raster.js';

/** Weights are whole numbers of so many bits, so that every machine gives the same bytes. */
const bits = 22;
const half = 2 ** (bits - 1);
const unit = 2 ** bits;

/** One pixel along a side weighs at most so many others; from more, weights of `bits` are too coarse for the bytes. */
const mostShrunk = 65_536;
/** What lies between the two sides. */
const mostBetweenBytes = 512 * 1024 * 1024;
/** So many rows share the weights of a column, which are not kept. */
const rowsTogether = 64;

/** Part of one side of the resampled picture. */
interface Part {
  first: number;
  count: number;
}

/** A part of the resampled picture, all of it where nothing else is said. */
interface Window {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** From where in the picture one pixel is made, and what weighs how much from there. */
interface Weights {
  start: number;
  weights: Int32Array;
}

/** Where in the picture that begins and ends of which a pixel is made. */
function reach(at: number, from: number, to: number): [start: number, end: number] {
  const scale = from / to;
  const support = Math.max(1, scale);
  const center = (at + 0.5) * scale;
  return [
    Math.max(0, Math.trunc(center - support + 0.5)),
    Math.min(from, Math.trunc(center + support + 0.5)),
  ];
}

/**
 * A triangle as wide as the step from a pixel to the next, 2 at least: bilinear where a picture grows, an average without
 * moiré where it shrinks. What Pillow calls BILINEAR, and torchvision with `antialias`.
 */
function weightsOf(at: number, from: number, to: number): Weights {
  const scale = from / to;
  const center = (at + 0.5) * scale;
  const perStep = 1 / Math.max(1, scale);
  const [start, end] = reach(at, from, to);
  const own = new Float64Array(end - start);
  let sum = 0;
  for (let step = 0; step < own.length; step++) {
    const weight = Math.max(0, 1 - Math.abs((step + start - center + 0.5) * perStep));
    own[step] = weight;
    sum += weight;
  }
  const weights = new Int32Array(own.length);
  for (let step = 0; step < own.length; step++)
    weights[step] = Math.trunc(0.5 + ((own[step] as number) / sum) * unit);
  return { start, weights };
}

const byte = (sum: number) => Math.min(255, Math.max(0, Math.floor(sum / unit)));

/** The rows of `rows`, with the columns of `part`, of a picture that is `to` wide. */
function across({ width, channels, data }: Raster, to: number, part: Part, rows: Part): Raster {
  const made = new Uint8Array(part.count * rows.count * channels);
  const isSame = width === to;
  for (let block = 0; block < rows.count; block += rowsTogether) {
    const blockEnd = Math.min(rows.count, block + rowsTogether);
    for (let x = 0; x < part.count; x++) {
      const { start, weights } = isSame
        ? { start: part.first + x, weights: same }
        : weightsOf(part.first + x, width, to);
      for (let y = block; y < blockEnd; y++) {
        const first = ((rows.first + y) * width + start) * channels;
        const at = (y * part.count + x) * channels;
        for (let channel = 0; channel < channels; channel++) {
          let sum = half;
          for (let step = 0; step < weights.length; step++)
            sum += (data[first + step * channels + channel] as number) * (weights[step] as number);
          made[at + channel] = byte(sum);
        }
      }
    }
  }
  return { width: part.count, height: rows.count, channels, data: made };
}

/** A pixel as it is. */
const same = Int32Array.of(unit);

/** The rows of `part` of a picture that is `to` high, from one of which the rows from `above` on are there. */
function down(
  { width, channels, data }: Raster,
  { from, to, part, above }: { from: number; to: number; part: Part; above: number },
): Raster {
  const row = width * channels;
  const made = new Uint8Array(part.count * row);
  const sums = new Float64Array(row);
  for (let y = 0; y < part.count; y++) {
    const { start, weights } = weightsOf(part.first + y, from, to);
    sums.fill(half);
    for (let step = 0; step < weights.length; step++) {
      const weight = weights[step] as number;
      const first = (start - above + step) * row;
      for (let at = 0; at < row; at++)
        sums[at] = (sums[at] as number) + (data[first + at] as number) * weight;
    }
    for (let at = 0; at < row; at++) made[y * row + at] = byte(sums[at] as number);
  }
  return { width, height: part.count, channels, data: made };
}

/**
 * The picture in `width` x `height` pixels, pulled where it has another shape, or only a window of that: no more is made than
 * is kept. The same bytes as Pillow's BILINEAR and crop.
 *
 * @throws PictureProblem for a picture so long and narrow that its pixels cannot be weighed
 */
export function resampled(
  picture: Raster,
  width: number,
  height: number,
  window: Window = { left: 0, top: 0, width, height },
): Raster {
  const isAsHigh = picture.height === height;
  const columns = { first: window.left, count: window.width };
  const part = { first: window.top, count: window.height };
  const [firstRow] = isAsHigh ? [part.first] : reach(part.first, picture.height, height);
  const endRow = isAsHigh
    ? part.first + part.count
    : reach(part.first + part.count - 1, picture.height, height)[1];
  const rows = { first: firstRow, count: endRow - firstRow };
  const shrunk = Math.max(picture.width / width, picture.height / height);
  if (shrunk > mostShrunk || columns.count * rows.count * picture.channels > mostBetweenBytes)
    throw new PictureProblem(
      `has ${picture.width} x ${picture.height} pixels, too long and narrow to be resampled. Cut a part out of it first.`,
    );
  const isWhole = window.width === picture.width && rows.count === picture.height;
  const wide = picture.width === width && isWhole ? picture : across(picture, width, columns, rows);
  return isAsHigh ? wide : down(wide, { from: picture.height, to: height, part, above: rows.first });
}
