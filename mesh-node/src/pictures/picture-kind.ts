/** What a file's first bytes say it is. */
export type PictureKind = 'jpeg' | 'png' | { foreign: string };

const saveAs = 'Save it as JPEG or PNG.';

interface Foreign {
  what: string;
  is: (text: string) => boolean;
}

const boxed = (text: string) => text.slice(4, 8) === 'ftyp';
const brand = (text: string) => text.slice(8, 12);

const foreign: readonly Foreign[] = [
  { what: 'a GIF', is: (text) => text.startsWith('GIF8') },
  { what: 'a WebP picture', is: (text) => text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP' },
  { what: 'an AVIF picture', is: (text) => boxed(text) && /^avi[fs]/.test(brand(text)) },
  { what: 'a HEIC picture', is: (text) => boxed(text) && /^(he[ivx]|mif1|msf1)/.test(brand(text)) },
  {
    what: 'a TIFF picture',
    is: (text) => ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((start) => text.startsWith(start)),
  },
  { what: 'a BMP picture', is: (text) => text.startsWith('BM') && /^\0{4}$/.test(text.slice(6, 10)) },
  {
    what: 'a JPEG 2000 picture',
    is: (text) => text.startsWith('\0\0\0\x0cjP  ') || text.startsWith('\xff\x4f\xff\x51'),
  },
  {
    what: 'a JPEG XL picture',
    is: (text) => text.startsWith('\xff\x0a') || text.startsWith('\0\0\0\x0cJXL '),
  },
  { what: 'a DICOM picture', is: (text) => text.slice(128, 132) === 'DICM' },
  { what: 'a Photoshop document', is: (text) => text.startsWith('8BPS') },
  { what: 'an SVG drawing', is: (text) => /^\s*(?:<\?xml[^]*?)?<svg[\s>]/.test(text) },
];

/** So many of a file's first bytes are enough. */
export const kindBytes = 256;

/** Undefined where it is no picture that is known here. */
export function pictureKind(head: Buffer): PictureKind | undefined {
  const text = head.toString('latin1', 0, kindBytes);
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  const found = foreign.find(({ is }) => is(text));
  return found === undefined ? undefined : { foreign: found.what };
}

/** With files, and without. */
const archives = ['PK\x03\x04', 'PK\x05\x06'];

/** A zip archive, as its first bytes say. */
export const isZip = (head: Buffer): boolean => archives.includes(head.toString('latin1', 0, 4));

/** Whether a file may be pictures: one of them, or an archive, which may be something else. */
export function mayBePictures(head: Buffer): boolean {
  const [first] = head;
  if (first !== 0x89 && first !== 0xff && first !== 0x50) return false;
  return isZip(head) || typeof pictureKind(head) === 'string';
}

/** Completes the name of a picture of another kind. */
export const foreignWords = (what: string): string => `is ${what}. ${saveAs}`;

const pictureEnding = /\.(?:jpe?g|jpe|jfif|png)$/i;
const foreignEndings: readonly (readonly [RegExp, string])[] = [
  [/\.gif$/i, 'a GIF'],
  [/\.webp$/i, 'a WebP picture'],
  [/\.avif$/i, 'an AVIF picture'],
  [/\.hei[cf]$/i, 'a HEIC picture'],
  [/\.tiff?$/i, 'a TIFF picture'],
  [/\.(?:bmp|dib)$/i, 'a BMP picture'],
  [/\.(?:jp2|j2k|jpx)$/i, 'a JPEG 2000 picture'],
  [/\.jxl$/i, 'a JPEG XL picture'],
  [/\.(?:dcm|dicom)$/i, 'a DICOM picture'],
];

/** A file that calls itself a picture, whatever is in it. */
export const isNamedPicture = (name: string): boolean =>
  pictureEnding.test(name) || foreignEndings.some(([ending]) => ending.test(name));
