import { constants, crc32, inflateRawSync } from 'node:zlib';
import { MeshdeckError } from '@meshdeck/shared';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import type { TableSource } from '../csv/table-source.js';
import { kindBytes } from './picture-kind.js';
import { broken, PictureProblem, shownName } from './picture-problem.js';
import { mostPictureBytes } from './raster.js';

/** A file in a zip archive. */
export interface ZipEntry {
  /** As it is written there, with the folders it lies in. */
  name: string;
  /** Its first bytes, without what follows. @throws PictureProblem */
  head(): Promise<Buffer>;
  /** All of it, its checksum compared. @throws PictureProblem */
  read(): Promise<Buffer>;
}

/** Files of one archive, at most: their names alone fill memory. */
const mostEntries = 200_000;

/** What yauzl reads by: the archive may still be on its way. */
class SourceReader extends yauzl.RandomAccessReader {
  readonly #source: TableSource;

  constructor(source: TableSource) {
    super();
    this.#source = source;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#source.readAt(position, position + length).then(
      (bytes) => {
        bytes.copy(buffer, offset);
        callback(bytes.length === length ? null : new Error('unexpected EOF'));
      },
      (error: unknown) => callback(error as Error),
    );
  }
}

export const invalidZip = (sentence: string) => new MeshdeckError('picture-invalid', sentence);

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** As the archive says; where it says nothing, UTF-8, which Macs write so, else the DOS code page. */
function nameOf({ generalPurposeBitFlag: flag, fileNameRaw, extraFields }: Entry): string {
  if ((flag & 0x800) === 0) {
    try {
      return utf8.decode(fileNameRaw).replaceAll('\\', '/');
    } catch {
      // It is not UTF-8.
    }
  }
  return yauzl.getFileNameLowLevel(flag, fileNameRaw, extraFields, false);
}

const unsafe = /[\p{Cc}\p{Zl}\p{Zp}]|(?:^|\/)\.\.(?:\/|$)|^\//u;

/** A name that no folder of pictures gives: nobody finds a file again by it. */
function requirePlain(name: string): void {
  if (!unsafe.test(name) && name !== '' && name.length <= 1000) return;
  throw invalidZip(
    `The zip archive has a file with the name ${shownName(name)}, which is no plain name. Pack the pictures again.`,
  );
}

function requireReadable(entry: Entry): void {
  if (entry.isEncrypted())
    throw new PictureProblem('is encrypted. Pack the pictures again without a password.');
  if (!entry.canDecodeFileData())
    throw new PictureProblem('is packed in a way not known here. Use plain zip compression.');
  if (entry.uncompressedSize > mostPictureBytes)
    throw new PictureProblem(`is larger than ${mostPictureBytes / 2 ** 20} MiB. Make it smaller first.`);
}

const stored = 0;

function entryOf(zip: ZipFile, source: TableSource, entry: Entry, name: string): ZipEntry {
  async function packed(most: number): Promise<Buffer> {
    requireReadable(entry);
    try {
      const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
      return await source.readAt(fileDataStart, fileDataStart + Math.min(entry.compressedSize, most));
    } catch (error) {
      // Waiting for the archive was given up, or the disk failed: nothing of the picture's.
      if (error instanceof Error && ('code' in error || error.name === 'AbortError')) throw error;
      throw broken('its place in the zip archive is damaged');
    }
  }
  return {
    name,
    async head() {
      const bytes = await packed(4096);
      if (entry.compressionMethod === stored) return bytes.subarray(0, kindBytes);
      try {
        return inflateRawSync(bytes, {
          finishFlush: constants.Z_SYNC_FLUSH,
          maxOutputLength: 4096 * 1100,
        }).subarray(0, kindBytes);
      } catch {
        throw broken('it is packed wrongly');
      }
    },
    async read() {
      const bytes = await packed(Infinity);
      let file: Buffer;
      try {
        file =
          entry.compressionMethod === stored
            ? bytes
            : inflateRawSync(bytes, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
      } catch {
        throw broken('it is packed wrongly');
      }
      if (file.length !== entry.uncompressedSize || crc32(file) !== entry.crc32)
        throw broken('its checksum in the zip archive is another');
      return file;
    },
  };
}

/**
 * The files in a zip archive, in its own order; folders are none. Nothing of it is unpacked yet.
 *
 * @throws MeshdeckError `picture-invalid` where it is no zip archive that can be read
 */
export async function readZip(source: TableSource): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let zip: ZipFile;
  try {
    zip = await yauzl.fromRandomAccessReaderPromise(new SourceReader(source), source.sizeBytes, {
      ...{ decodeStrings: false, autoClose: false },
    });
    if (zip.entryCount > mostEntries)
      throw invalidZip(
        `The zip archive has ${zip.entryCount.toLocaleString('en-US')} files; at most ${mostEntries.toLocaleString('en-US')} are taken. Make several of it.`,
      );
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry);
      if (name.endsWith('/')) continue;
      requirePlain(name);
      if (names.has(name))
        throw invalidZip(
          `The zip archive has two files with the name ${shownName(name)}. Pack the pictures again.`,
        );
      names.add(name);
      entries.push(entryOf(zip, source, entry, name));
    }
  } catch (error) {
    if (error instanceof MeshdeckError) throw error;
    if (error instanceof Error && ('code' in error || error.name === 'AbortError')) throw error;
    throw invalidZip('The zip archive is damaged or ends too early. Pack the pictures again.');
  }
  return entries;
}
