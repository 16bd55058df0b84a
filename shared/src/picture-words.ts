/** What was said about pictures, and where facts about them are from, in words: UI and CLI say the same. */
import type { PictureOptions, PictureReading, PictureSource } from './models/pictures.js';

export const pictureSourceWords: Readonly<Record<PictureSource, string>> = {
  told: 'as told',
  manifest: "by the app's meshdeck.json",
  metadata: "by the model's metadata",
  shape: "by the model's shape",
  type: "by the input's type",
};

export const pictureFactWords: Readonly<Record<PictureReading['facts'][number]['fact'], string>> = {
  size: 'Size',
  channels: 'Colours',
  layout: 'Order',
  values: 'Values',
  resize: 'Other shapes',
  labels: 'Classes',
};

/** `scale=1/255,channels=rgb`: as `--pictures` takes it. */
export function pictureOptionsText({ labels, ...options }: PictureOptions): string {
  return [
    ...Object.entries(options)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : String(value)}`),
    ...(labels === undefined ? [] : [`${labels.length} labels`]),
  ].join(',');
}

/** `3 files are left out: .DS_Store (a file of the system), ...`; null where none are. */
export function leftOutWords({ leftOut, leftOutMore = 0 }: PictureReading): string | null {
  const count = leftOut.length + leftOutMore;
  if (count === 0) return null;
  const shown = leftOut.slice(0, 5).map(({ file, why }) => `${file} (${why})`);
  const more = count > shown.length ? ` and ${count - shown.length} more` : '';
  return `${count === 1 ? '1 file is' : `${count} files are`} left out: ${shown.join(', ')}${more}.`;
}
