import { crc32 } from 'node:zlib';
import { MeshdeckError } from '@meshdeck/shared';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { refused } from '../refusal.js';

/** The files inside of a workbook, which is a ZIP archive. */
export interface ZipParts {
  has(name: string): boolean;
  names(): string[];
  /** Its text, as it is unpacked. @throws MeshdeckError `csv-malformed` (damaged), `too-large` */
  text(name: string, mostBytes: number): AsyncGenerator<string>;
  close(): void;
}

const mostParts = 20_000;
const nameOf = (name: string) => name.replace(/^\/+/, '').toLowerCase();

const damaged = (name: string, cause?: unknown) =>
  new MeshdeckError(
    'csv-malformed',
    `${name} is damaged or cut off: it is no whole ZIP archive, which a workbook is. Copy or download it again, or save it anew.`,
    { cause },
  );

export async function openZipParts(path: string, name: string): Promise<ZipParts> {
  let zip: ZipFile;
  const entries = new Map<string, Entry>();
  try {
    zip = await yauzl.openPromise(path, { autoClose: false });
  } catch (error) {
    throw damaged(name, error);
  }
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.has(nameOf(entry.fileName)) || entries.size >= mostParts)
        throw refused(`${name} is no sound workbook: its archive has too many parts, or two of one name.`);
      entries.set(nameOf(entry.fileName), entry);
    }
  } catch (error) {
    zip.close();
    throw error instanceof MeshdeckError ? error : damaged(name, error);
  }
  return {
    has: (part) => entries.has(nameOf(part)),
    names: () => [...entries.keys()],
    close: () => zip.close(),
    async *text(part, mostBytes) {
      const entry = entries.get(nameOf(part));
      if (entry === undefined)
        throw refused(`${name} is damaged: its part ${part} is missing. Save it anew.`);
      if (entry.isEncrypted()) throw refused(`${name} is encrypted. Save it without a password.`);
      // A part may claim any size; what comes out is counted.
      let bytes = 0;
      let sum = 0;
      const decoder = new TextDecoder('utf-8', { fatal: true });
      try {
        for await (const chunk of await zip.openReadStreamPromise(entry)) {
          const piece = chunk as Buffer;
          bytes += piece.length;
          if (bytes > mostBytes) throw tooLarge(name, part, mostBytes);
          sum = crc32(piece, sum);
          yield decoder.decode(piece, { stream: true });
        }
        yield decoder.decode();
      } catch (error) {
        throw error instanceof MeshdeckError ? error : damaged(name, error);
      }
      if (sum !== entry.crc32) throw damaged(name);
    },
  };
}

const tooLarge = (name: string, part: string, mostBytes: number) =>
  new MeshdeckError(
    'too-large',
    `${name} unpacks to more than Meshdeck takes (its part ${part} to more than ${mostBytes / 1024 ** 2} MiB). Save the sheet as CSV and give that.`,
  );
