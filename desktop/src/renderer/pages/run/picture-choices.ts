import { type PictureOptions, picturePresets } from '@meshdeck/shared';

type Values = Pick<PictureOptions, 'scale' | 'mean' | 'std' | 'round'>;

/** Usual ways of turning pixels into numbers. */
export const valueWays = {
  unit: { label: '0 to 1: pixel / 255', said: { scale: '1/255' } },
  signed: { label: '-1 to 1: pixel / 127.5 - 1', said: { scale: '2/255', mean: [1] } },
  bytes: { label: '0 to 255: as they are', said: { scale: 1 } },
  imagenet: { label: 'ImageNet: 0 to 1, less its mean, by its deviation', said: picturePresets.imagenet },
} as const satisfies Record<string, { label: string; said: PictureOptions }>;
type ValueWay = keyof typeof valueWays;

const isWay = (name: string): name is ValueWay => name in valueWays;
const valuesKey = ({ scale, mean, std, round }: Values) => JSON.stringify([scale, mean, std, round]);

/** Which of them is said; empty where nothing is, `other` for what the command line said. */
export function wayOf(said: PictureOptions): ValueWay | 'other' | '' {
  if (valuesKey(said) === valuesKey({})) return '';
  const known = Object.entries(valueWays).find(([, way]) => valuesKey(way.said) === valuesKey(said));
  return known !== undefined && isWay(known[0]) ? known[0] : 'other';
}

/** What is said, with another way for values. */
export function withWay(said: PictureOptions, way: string): PictureOptions {
  if (way === 'other') return said;
  const { scale: _scale, mean: _mean, std: _std, round: _round, ...rest } = said;
  return isWay(way) ? { ...rest, ...structuredClone(valueWays[way].said as PictureOptions) } : rest;
}

/** What is said, with one thing more, or less where it is undefined; nothing at all becomes undefined. */
export function withSaid(said: PictureOptions, change: PictureOptions): PictureOptions | undefined {
  const entries = Object.entries({ ...said, ...change }).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
