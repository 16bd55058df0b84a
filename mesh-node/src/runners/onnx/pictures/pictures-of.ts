import { readFile } from 'node:fs/promises';
import { pictureOptionsSchema, type PictureOptions } from '@meshdeck/shared';
import * as z from 'zod';
import type { TableSource } from '../../../csv/table-source.js';
import type { PictureSet } from '../../../pictures/open-pictures.js';
import { kindBytes, mayBePictures } from '../../../pictures/picture-kind.js';

/** What is known of an input besides its bytes. */
export interface InputOrigin {
  /** What a single picture is called in the result. */
  inputName: string;
  /** Of the app whose model it is; there need not be one. */
  manifestPath: string;
}

/** The input is pictures: which, and what the app's manifest says of them. */
export interface Pictures {
  set: PictureSet;
  manifest: PictureOptions;
}

/** Nothing but this is read of it here: the hub has read the whole. */
const manifestSchema = z.object({ pictures: pictureOptionsSchema.optional() });

async function manifestOptions(path: string): Promise<PictureOptions> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(path, 'utf8'))).pictures ?? {};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/**
 * The pictures that an input holds; null where it is a table. What decodes them is loaded with the first that come.
 *
 * @throws MeshdeckError `picture-invalid`
 */
export async function picturesOf(source: TableSource, origin?: InputOrigin): Promise<Pictures | null> {
  if (!mayBePictures(await source.readAt(0, kindBytes))) return null;
  const { openPictures } = await import('../../../pictures/open-pictures.js');
  const set = await openPictures(source, origin?.inputName ?? 'picture');
  if (set === null) return null;
  return { set, manifest: origin === undefined ? {} : await manifestOptions(origin.manifestPath) };
}
