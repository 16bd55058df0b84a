import { createWriteStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { archiveEndings, endsIn, singleAppEndings } from '@meshdeck/shared';
import { tooLarge, transferError } from '../files/index.js';
import { createEntryGuard } from './entry-guard.js';
import type { PackageLimits } from './limits.js';
import { invalid, shown } from './problems.js';
import { unpackTar } from './unpack-tar.js';
import { unpackZip } from './unpack-zip.js';
import { createUnpacking, type PackageFile } from './unpacking.js';
import { makeFolder } from '@meshdeck/shared/runtime';

/** A package lying unpacked in a folder. */
export interface OpenPackage {
  root: string;
  files: PackageFile[];
}

const isSingle = (name: string) => endsIn(name, singleAppEndings);

/**
 * Spools an uploaded file to `dir` and unpacks it there. The ending says what is meant, the first bytes what it is.
 *
 * @throws MeshdeckError `too-large`, `archive-unsafe`, `app-invalid`, `transfer-failed`
 */
export async function unpackUpload(options: {
  stream: AsyncIterable<Uint8Array>;
  filename: string;
  dir: string;
  limits: PackageLimits;
}): Promise<OpenPackage> {
  const { stream, dir, limits } = options;
  const filename = options.filename.split(/[/\\]/).at(-1) ?? '';
  if (!isSingle(filename) && !endsIn(filename, archiveEndings)) {
    throw invalid(
      `${shown(filename)} is no app. Push a .onnx model, a script (${singleAppEndings.slice(1).join(', ')}), or a folder packed as .zip, .tar or .tar.gz.`,
    );
  }
  const spool = join(dir, 'upload');
  const root = join(dir, 'content');
  await makeFolder(root);
  const bytes = await spoolTo(spool, stream, limits.uploadBytes);
  if (bytes === 0) throw invalid(`${shown(filename)} is empty.`);

  if (isSingle(filename)) {
    const path = createEntryGuard(limits).file(filename) ?? filename;
    await rename(spool, join(root, path));
    return { root, files: [{ path, bytes }] };
  }
  const into = createUnpacking({ dir: root, limits });
  if (/\.zip$/i.test(filename)) await unpackZip({ path: spool, filename, into });
  else await unpackTar({ path: spool, filename, gzip: await isGzip(spool), into });
  if (into.files.length === 0) throw invalid(`${shown(filename)} holds no files.`);
  return withoutTopFolder({ root, files: into.files });
}

async function spoolTo(path: string, stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<number> {
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(tooLarge(maxBytes));
      else done(null, chunk);
    },
  });
  try {
    await pipeline(Readable.from(stream), counted, createWriteStream(path, { mode: 0o600 }));
    return bytes;
  } catch (error) {
    throw transferError(error);
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

/** A folder that was packed as such has itself as the only thing at its top. */
function withoutTopFolder({ root, files }: OpenPackage): OpenPackage {
  const top = files[0]?.path.split('/')[0] ?? '';
  if (!files.every(({ path }) => path.startsWith(`${top}/`))) return { root, files };
  return {
    root: join(root, top),
    files: files.map((file) => ({ ...file, path: file.path.slice(top.length + 1) })),
  };
}
