import { MeshdeckError } from '@meshdeck/shared';
import { mostPixels } from './raster.js';

/** A picture that cannot be taken. `says` completes its name: `is broken: ...` */
export class PictureProblem extends Error {
  override readonly name = 'PictureProblem';
}

const damaged = 'Send it again from where it came, or leave it out.';

export const broken = (what: string) => new PictureProblem(`is broken: ${what}. ${damaged}`);

/** @throws PictureProblem for a size that nobody should make room for */
export function requireFit(width: number, height: number): void {
  if (width < 1 || height < 1) throw broken('it says that it has no pixels');
  if (width * height <= mostPixels) return;
  throw new PictureProblem(
    `has ${width} x ${height} pixels; a picture may have ${mostPixels / 1e6} million. Make it smaller first.`,
  );
}

/** A file's name for a sentence, with no line breaks in it. */
export const shownName = (name: string): string => {
  const plain = JSON.stringify(name.length > 160 ? `${name.slice(0, 160)}…` : name);
  return plain;
};

/** What is wrong with one of the pictures, as a refusal of all. */
export function ofPicture(name: string, error: unknown): unknown {
  if (!(error instanceof PictureProblem)) return error;
  return new MeshdeckError('picture-invalid', `The picture ${shownName(name)} ${error.message}`);
}
