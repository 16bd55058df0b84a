import { MeshdeckError, type PictureOptions } from '@meshdeck/shared';
import type { ElementType } from '@meshdeck/shared/onnx';
import { integerRange } from '@meshdeck/shared/onnx';

/** `1/255` as a number. */
export function scaleNumber(scale: NonNullable<PictureOptions['scale']>): number {
  if (typeof scale === 'number') return scale;
  const [above = '', below = '1'] = scale.split('/');
  return Number(above) / Number(below);
}

const isFloat = (type: ElementType) => type.startsWith('float');

/**
 * For each channel, the number that each of the 256 values of a pixel becomes: `(value * scale - mean) / std`.
 *
 * @throws MeshdeckError `picture-ambiguous` for numbers that the input's type does not hold
 */
export function pixelValues(
  { scale = 1, mean = [0], std = [1], round = false }: PictureOptions,
  { channels, type, input }: { channels: 1 | 3; type: ElementType; input: string },
): Float64Array[] {
  for (const [name, list] of [
    ['mean', mean],
    ['std', std],
  ] as const) {
    if (list.length === 1 || list.length === channels) continue;
    throw new MeshdeckError(
      'picture-ambiguous',
      `${name} has ${list.length} numbers, and the pictures have ${channels === 1 ? 'one channel' : '3 channels'}: give one for all, or one for each.`,
    );
  }
  const factor = scaleNumber(scale);
  return Array.from({ length: channels }, (_, channel) => {
    const [less = 0, by = 1] = [mean[channel] ?? mean[0], std[channel] ?? std[0]];
    const values = Float64Array.from({ length: 256 }, (__, pixel) => {
      const value = (pixel * factor - less) / by;
      return round ? Math.round(value) : value;
    });
    if (!values.every(Number.isFinite))
      throw new MeshdeckError('picture-ambiguous', 'scale, mean and std give no finite numbers. Mend them.');
    if (!isFloat(type)) requireHeld(values, type, input);
    return values;
  });
}

function requireHeld(values: Float64Array, type: ElementType, input: string): void {
  const [least, most] = integerRange(type).map(Number) as [number, number];
  const wrong = values.find((value) => !Number.isInteger(value) || value < least || value > most);
  if (wrong === undefined) return;
  throw new MeshdeckError(
    'picture-ambiguous',
    `The input "${input}" has the type ${type}, which does not hold ${wrong.toLocaleString('en-US')}: say scale=1, or another scale with round=true (--pictures).`,
  );
}
