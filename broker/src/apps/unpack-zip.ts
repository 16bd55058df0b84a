import { crc32 } from 'node:zlib';
import { MeshdeckError } from '@meshdeck/shared';
import type { Entry } from 'yauzl';
import { isDiskError } from './disk-error.js';
import { isLeftOut } from './entry-guard.js';
import { invalid, isLink, isSpecial, shown, unreadable } from './problems.js';
import type { Unpacking } from './unpacking.js';

/** Unix file types in the upper half of a zip entry's external attributes; 0 where the packer told none. */
const typeMask = 0o170000;
const types = { file: 0o100000, directory: 0o040000, link: 0o120000 };

/** @throws MeshdeckError `archive-unsafe`, `app-invalid` */
export async function unpackZip(options: { path: string; filename: string; into: Unpacking }): Promise<void> {
  const { path, filename, into } = options;
  // Loaded at the first push: most hubs run for days without one.
  const { default: yauzl } = await import('yauzl');
  try {
    // Names are decoded here and judged by the guard, which says what is wrong with them.
    const zip = await yauzl.openPromise(path, { decodeStrings: false, autoClose: false });
    try {
      for await (const entry of zip.eachEntry()) {
        const name = yauzl.getFileNameLowLevel(
          entry.generalPurposeBitFlag,
          entry.fileNameRaw,
          entry.extraFields,
          false,
        );
        const mode = entry.externalFileAttributes >>> 16;
        const type = mode & typeMask;
        if (type === types.link) {
          if (isLeftOut(name)) continue;
          throw isLink(name);
        }
        if (type !== 0 && type !== types.file && type !== types.directory) throw isSpecial(name);
        if (name.endsWith('/') || type === types.directory) {
          into.directory(name);
          continue;
        }
        if (entry.isEncrypted()) {
          throw invalid(`The entry ${shown(name)} is encrypted. Pack it again without a password.`);
        }
        if (!entry.canDecodeFileData()) {
          throw invalid(
            `The entry ${shown(name)} is packed in a way not known here. Use plain zip compression.`,
          );
        }
        await into.file(name, { bytes: entry.uncompressedSize, mode }, async () =>
          checked(await zip.openReadStreamPromise(entry), entry, name),
        );
      }
    } finally {
      zip.close();
    }
  } catch (error) {
    if (error instanceof MeshdeckError || isDiskError(error)) throw error;
    throw unreadable(filename, 'zip archive', error);
  }
}

/** The bytes of an entry, with its checksum compared at the end. */
async function* checked(
  stream: AsyncIterable<Uint8Array>,
  entry: Entry,
  name: string,
): AsyncGenerator<Uint8Array> {
  let sum = 0;
  for await (const chunk of stream) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== entry.crc32)
    throw invalid(`The entry ${shown(name)} is damaged: its checksum differs. Pack it again.`);
}
