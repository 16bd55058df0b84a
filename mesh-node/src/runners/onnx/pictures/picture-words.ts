import type { PictureChannels, PictureLayout, PictureOptions } from '@meshdeck/shared';
import type { Frame } from '../../../pictures/fit.js';

export const channelWords: Readonly<Record<PictureChannels, string>> = {
  gray: 'gray',
  rgb: 'red, green, blue',
  bgr: 'blue, green, red',
};

export const layoutWords: Readonly<Record<PictureLayout, string>> = {
  nchw: 'colour by colour (NCHW)',
  nhwc: 'pixel by pixel (NHWC)',
  flat: 'row by row from the top',
};

const list = (numbers: readonly number[]) => numbers.join(' / ');

/** What becomes of a pixel's value from 0 to 255. */
export function valueWords({ scale = 1, mean, std, round }: PictureOptions): string {
  const isAsItIs = scale === 1 && mean === undefined && std === undefined;
  const parts = [
    isAsItIs ? 'the pixel from 0 to 255 as it is' : `pixel x ${scale}`,
    ...(mean === undefined ? [] : [`less ${list(mean)}`]),
    ...(std === undefined ? [] : [`divided by ${list(std)}`]),
    ...(round === true ? ['rounded to whole numbers'] : []),
  ];
  return parts.join(', ');
}

export function resizeWords({ resize, crop }: Frame): string {
  if (resize === 'stretch') return 'pictures of another shape are pulled to it';
  if (resize === 'contain') return 'all of a picture, with black edges where it has another shape';
  return crop === 1
    ? 'the middle of a picture, as much as fits'
    : `the middle of a picture, ${crop} of its shorter side`;
}

/** What is missing, and what the model's file says in its place, as a sentence that says how to give it. */
export function missingWords(
  input: string,
  missing: readonly ('size' | 'channels' | 'values')[],
  unknown: readonly string[],
): string {
  const words = {
    size: 'how large pictures are',
    channels: 'whether their colours are RGB, BGR or gray',
    values: 'how pixels become numbers',
  };
  const ways = { size: 'width=224,height=224', channels: 'channels=rgb', values: 'scale=1/255' };
  const what = missing.map((each) => words[each]).join(', and ');
  const how = missing.map((each) => ways[each]).join(',');
  const who =
    unknown.length === 0
      ? 'Neither the model nor the app says'
      : `The model's file ${unknown.join(' and ')}, which is not known here. So neither the model nor the app says`;
  return (
    `${who} ${what}, for the input "${input}". Say it as the model was trained: ` +
    `--pictures ${how}${missing.includes('size') ? '' : ' or --pictures imagenet'}, the fields of the Run page, or "pictures" in meshdeck.json.`
  );
}
