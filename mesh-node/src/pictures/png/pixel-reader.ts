import { broken } from '../picture-problem.js';
import type { PngHeader } from './png-chunks.js';

/** Turns scanlines into gray values, or red, green and blue, of 8 bits. */
export interface PixelReader {
  channels: 1 | 3;
  /** Reads `count` pixels of a line into `into`, beginning at `to`, `step` values apart. */
  read(line: Buffer, count: number, into: Uint8Array, to: number, step: number): void;
  /** What was met so far. */
  seen: { translucent: boolean };
}

/** @throws PictureProblem where a palette is missing, and from `read` where a pixel is beyond it */
export function createPixelReader(
  { depth, color }: PngHeader,
  extras: { palette: Uint8Array | undefined; transparency: Uint8Array | undefined },
): PixelReader {
  const seen = { translucent: false };
  const { transparency } = extras;
  const most = 2 ** depth - 1;
  const to8 = (sample: number) => (depth === 8 ? sample : Math.round((sample * 255) / most));
  /** Over white, as paper is [PNG, 13.16]. */
  const over = (value: number, alpha: number) =>
    alpha === most ? to8(value) : Math.round(((value * alpha) / most + (most - alpha)) * (255 / most));
  const note = (alpha: number) => {
    if (alpha !== most) seen.translucent = true;
  };

  if (color === 3) return paletteReader(depth, extras, seen);
  const samples = color === 0 ? 1 : color === 4 ? 2 : color === 2 ? 3 : 4;
  const channels = color === 0 || color === 4 ? 1 : 3;
  const hasAlpha = color === 4 || color === 6;
  /** One colour that stands for nothing, where there is one. */
  const key = hasAlpha || transparency === undefined ? undefined : keyOf(transparency, channels);
  return {
    ...{ channels, seen },
    read(line, count, into, to, step) {
      for (let pixel = 0; pixel < count; pixel++) {
        const first = pixel * samples;
        let alpha = most;
        if (hasAlpha) alpha = sampleAt(line, first + channels, depth);
        else if (key !== undefined && key.every((value, at) => sampleAt(line, first + at, depth) === value))
          alpha = 0;
        note(alpha);
        for (let channel = 0; channel < channels; channel++)
          into[to + pixel * step + channel] = over(sampleAt(line, first + channel, depth), alpha);
      }
    },
  };
}

function keyOf(transparency: Uint8Array, channels: number): number[] | undefined {
  if (transparency.length < channels * 2) return undefined;
  return Array.from(
    { length: channels },
    (_, at) => ((transparency[at * 2] ?? 0) << 8) | (transparency[at * 2 + 1] ?? 0),
  );
}

function sampleAt(line: Buffer, index: number, depth: PngHeader['depth']): number {
  if (depth === 8) return line[index] as number;
  if (depth === 16) return ((line[index * 2] as number) << 8) | (line[index * 2 + 1] as number);
  const bit = index * depth;
  return ((line[bit >> 3] as number) >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}

function paletteReader(
  depth: PngHeader['depth'],
  { palette, transparency }: { palette: Uint8Array | undefined; transparency: Uint8Array | undefined },
  seen: PixelReader['seen'],
): PixelReader {
  if (palette === undefined || palette.length < 3 || palette.length % 3 !== 0)
    throw broken('its palette is missing');
  const colors = palette.length / 3;
  return {
    ...{ channels: 3, seen },
    read(line, count, into, to, step) {
      for (let pixel = 0; pixel < count; pixel++) {
        const index = sampleAt(line, pixel, depth);
        if (index >= colors) throw broken('a colour in it is not in its palette');
        const alpha = transparency?.[index] ?? 255;
        if (alpha !== 255) seen.translucent = true;
        for (let channel = 0; channel < 3; channel++) {
          const value = palette[index * 3 + channel] ?? 0;
          into[to + pixel * step + channel] =
            alpha === 255 ? value : Math.round((value * alpha) / 255 + 255 - alpha);
        }
      }
    },
  };
}
