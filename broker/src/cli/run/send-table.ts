import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pictureHeadBytes, startsAsPictures, type CheckQuestion } from '@meshdeck/shared';
import { excerptBytes, formatHeadBytes, tableExcerpt, tableFormat } from '@meshdeck/shared/csv';
import type { Api } from '../api/transport.js';
import { fileUpload } from '../api/upload.js';
import type { InputFile } from './files.js';

/** A table of up to so many bytes is sent whole: the run that follows needs it anyway. */
const wholeBytes = 32 * excerptBytes;

/** Of pictures, and of what has to be turned into a table, no part is of use. */
async function isWholeOnly({ path }: InputFile): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const most = Math.max(formatHeadBytes, pictureHeadBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, 0);
    const head = buffer.subarray(0, bytesRead);
    return tableFormat(head) !== null || startsAsPictures(head);
  } finally {
    await file.close();
  }
}

/** Sends as much of a table as a dry run needs. */
export async function sendTableToCheck(
  client: Api,
  file: InputFile,
  { signal, withEnd }: { signal: AbortSignal; withEnd: boolean },
): Promise<CheckQuestion['input']> {
  if (file.bytes <= wholeBytes || (await isWholeOnly(file))) {
    const { sha256 } = await client.files.put({ name: file.name, body: fileUpload(file) }, { signal });
    return { sha256, name: file.name };
  }
  const source = await open(file.path, 'r');
  try {
    const { bytes, complete } = await tableExcerpt({
      sizeBytes: file.bytes,
      withEnd,
      async read(start, end) {
        const buffer = Buffer.alloc(end - start);
        const { bytesRead } = await source.read(buffer, 0, buffer.length, start);
        return buffer.subarray(0, bytesRead);
      },
    });
    const { sha256 } = await client.files.put(
      { name: file.name, body: { stream: Readable.from([bytes]), bytes: bytes.length } },
      { signal },
    );
    return { sha256, name: file.name, excerpt: !complete };
  } finally {
    await source.close();
  }
}
