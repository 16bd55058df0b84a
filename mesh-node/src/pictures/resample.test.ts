import { describe, expect, it } from 'vitest';
import { fitted, type Frame } from './fit.js';
import type { Raster } from './raster.js';
import { resampled } from './resample.js';

function slopes(width: number, height: number, channels: 1 | 3): Raster {
  const data = Uint8Array.from(
    { length: width * height * channels },
    (_, at) => (at * 7 + (at >> 3) * 31) & 0xff,
  );
  return { width, height, channels, data };
}

const frame = (width: number, height: number, resize: Frame['resize'], crop = 1): Frame => ({
  ...{ width, height, resize, crop },
});

/** The whole of it, then what is kept, as it is in Pillow. */
function cutAfter(picture: Raster, to: [number, number], [left, top, width, height]: number[]): number[] {
  const large = resampled(picture, ...to);
  const row = large.width * large.channels;
  const kept: number[] = [];
  for (let y = top ?? 0; y < (top ?? 0) + (height ?? 0); y++) {
    const first = y * row + (left ?? 0) * large.channels;
    kept.push(...large.data.subarray(first, first + (width ?? 0) * large.channels));
  }
  return kept;
}

describe('a window of a resampled picture', () => {
  it.each<[from: [number, number], to: [number, number], window: [number, number, number, number]]>([
    [
      [300, 7],
      [960, 22],
      [469, 0, 22, 22],
    ],
    [
      [300, 190],
      [50, 32],
      [9, 0, 32, 32],
    ],
    [
      [40, 333],
      [40, 70],
      [3, 20, 30, 31],
    ],
    [
      [333, 40],
      [70, 40],
      [20, 3, 31, 30],
    ],
    [
      [60, 60],
      [60, 60],
      [5, 6, 7, 8],
    ],
    [
      [60, 200],
      [60, 200],
      [0, 70, 60, 60],
    ],
    [
      [90, 130],
      [91, 131],
      [90, 130, 1, 1],
    ],
    [
      [90, 130],
      [400, 7],
      [399, 0, 1, 7],
    ],
  ])('of %j at %j is what a crop leaves: %j', (from, to, window) => {
    for (const channels of [1, 3] as const) {
      const picture = slopes(...from, channels);
      const [left, top, width, height] = window;
      const own = resampled(picture, ...to, { left, top, width, height });
      expect([own.width, own.height]).toEqual([width, height]);
      expect([...own.data]).toEqual(cutAfter(picture, to, window));
    }
  });
});

describe('a long and narrow picture', () => {
  it('gives its middle, in its own colour', () => {
    for (const [width, height] of [
      [200_000, 3],
      [3, 200_000],
    ] as const) {
      const picture: Raster = {
        width,
        height,
        channels: 3,
        data: new Uint8Array(width * height * 3).fill(90),
      };
      const own = fitted(picture, frame(224, 224, 'cover', 0.875));
      expect(own?.data.length).toBe(224 * 224 * 3);
      expect(own?.data.every((value) => value === 90)).toBe(true);
    }
  });

  it('is pulled to its shape', () => {
    const picture: Raster = {
      width: 8_000_000,
      height: 1,
      channels: 1,
      data: new Uint8Array(8_000_000).fill(77),
    };
    const own = fitted(picture, frame(224, 2, 'stretch'));
    // Each weight is rounded, 71,000 of them: Pillow gives these bytes, too.
    expect(own?.data.every((value) => Math.abs(value - 77) <= 1)).toBe(true);
  });

  it.each<[what: string, width: number, height: number, frame: Frame]>([
    ['from a side that is too long', 64_000_000, 1, frame(224, 224, 'stretch')],
    ['from a side that is too high', 1, 64_000_000, frame(224, 224, 'contain')],
    ['through more than fits in memory', 1, 8_000_000, frame(1024, 1024, 'stretch')],
  ])('is refused %s', (_what, width, height, wanted) => {
    const picture: Raster = { width, height, channels: 1, data: new Uint8Array(width * height) };
    expect(() => fitted(picture, wanted)).toThrow(
      `has ${width} x ${height} pixels, too long and narrow to be resampled.`,
    );
  });
});
