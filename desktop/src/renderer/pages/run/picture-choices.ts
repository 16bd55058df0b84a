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

/** The numbers of a way: what it has for red, green, blue stands the other way round where blue comes first. */
function valuesOf(way: ValueWay, channels: PictureOptions['channels']): PictureOptions {
  const said: PictureOptions = structuredClone(valueWays[way].said as PictureOptions);
  if (channels !== 'bgr') return said;
  for (const field of ['mean', 'std'] as const) said[field]?.reverse();
  return said;
}

const isWay = (name: string): name is ValueWay => name in valueWays;
const valuesKey = ({ scale, mean, std, round }: Values) => JSON.stringify([scale, mean, std, round]);

/** Which of them is said; empty where nothing is, `other` for what the command line said. */
export function wayOf(said: PictureOptions): ValueWay | 'other' | '' {
  if (valuesKey(said) === valuesKey({})) return '';
  const ways = Object.keys(valueWays).filter(isWay);
  return ways.find((way) => valuesKey(valuesOf(way, said.channels)) === valuesKey(said)) ?? 'other';
}

/** What is said, with another way for values. */
export function withWay(said: PictureOptions, way: string): PictureOptions {
  if (way === 'other') return said;
  const { scale: _scale, mean: _mean, std: _std, round: _round, ...rest } = said;
  // ImageNet says red, green, blue itself.
  return isWay(way) ? { ...rest, ...valuesOf(way, undefined) } : rest;
}

/**
 * What is said, with one thing more, or less where it is undefined; nothing at all becomes undefined. With other channels the
 * numbers of a usual way come in their order.
 */
export function withSaid(said: PictureOptions, change: PictureOptions): PictureOptions | undefined {
  const way = wayOf(said);
  const { mean, std } = 'channels' in change && isWay(way) ? valuesOf(way, change.channels) : said;
  const entries = Object.entries({ ...said, mean, std, ...change }).filter(
    ([, value]) => value !== undefined,
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
