import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, constants, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MeshdeckError } from '@meshdeck/shared';
import { packPictures } from './pack-pictures.js';

export interface InputFile {
  path: string;
  name: string;
  bytes: number;
}

/** A folder of pictures comes as an archive of them. @throws MeshdeckError where there is no readable, non-empty file */
export async function findInput(path: string): Promise<InputFile> {
  const entry = await stat(path).catch(() => null);
  if (entry === null) throw new MeshdeckError('not-found', `There is no file ${path}; check --input.`);
  if (entry.isDirectory()) return packPictures(path);
  if (!entry.isFile())
    throw new MeshdeckError('invalid-request', `${path} is not a file; --input takes one CSV file.`);
  if (entry.size === 0)
    throw new MeshdeckError('csv-empty', `${path} is empty; a CSV needs a line of headings and rows.`);
  return { path, name: basename(path), bytes: entry.size };
}

/** Refuses an output that could not be written before any work is done. */
export async function checkOutput(path: string): Promise<void> {
  const folder = dirname(resolve(path));
  const existing = await stat(path).catch(() => null);
  if (existing?.isDirectory() === true) {
    throw new MeshdeckError('invalid-request', `${path} is a folder; give the name of a file.`);
  }
  try {
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new MeshdeckError(
      'invalid-request',
      `${path} cannot be written: there is no writable folder ${folder}.`,
      {
        cause,
      },
    );
  }
}

/** Writes beside `path` and renames, so that `path` is either whole or untouched. Checks the hash where one is known. */
export async function saveStream(body: Readable, path: string, sha256?: string): Promise<number> {
  // Not made of the file's own name, which may be as long as a name can be.
  const partial = join(dirname(path), `.meshdeck-${randomBytes(6).toString('hex')}.part`);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await pipeline(
      body,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(partial, { flush: true }),
    );
    if (sha256 !== undefined && hash.digest('hex') !== sha256) {
      throw new MeshdeckError('hash-mismatch', 'The result arrived damaged; download it again.');
    }
    await rename(partial, path);
    return bytes;
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof MeshdeckError) throw error;
    throw new MeshdeckError('transfer-failed', `${path} could not be written whole; it was left as it was.`, {
      cause: error,
    });
  }
}
