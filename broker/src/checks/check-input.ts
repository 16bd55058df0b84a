import { createHash } from 'node:crypto';
import { formatBytes, MeshdeckError, type CheckOrder, type CheckRequest } from '@meshdeck/shared';
import { tableExcerpt, type Excerpt } from '@meshdeck/shared/csv';
import type { FileStore } from '../files/types.js';

/** What goes with the order; a longer one is fetched by the machine. */
const inlineBytes = 300_000;
/** Whoever puts an excerpt together sends no more. */
const largestExcerptBytes = 20 * 1024 * 1024;

const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

type Files = Pick<FileStore, 'open' | 'putBytes'>;

async function readPart(files: Files, sha256: string, start: number, end: number): Promise<Buffer> {
  if (end <= start) return Buffer.alloc(0);
  const { stream } = await files.open(sha256, { start, end: end - 1 });
  return Buffer.concat(await stream.toArray());
}

async function excerptOf(
  files: Files,
  { sha256, excerpt }: CheckRequest['input'],
  { sizeBytes, withEnd }: { sizeBytes: number; withEnd: boolean },
): Promise<Excerpt> {
  if (!excerpt) {
    return tableExcerpt({
      sizeBytes,
      withEnd,
      read: (start, end) => readPart(files, sha256, start, end),
    });
  }
  if (sizeBytes > largestExcerptBytes) {
    throw new MeshdeckError(
      'too-large',
      'An excerpt is a few rows of a table. Leave "excerpt" out: the hub takes the first rows itself.',
    );
  }
  return { bytes: await readPart(files, sha256, 0, sizeBytes), complete: false };
}

/** Pictures are looked at whole: where the first ones lie, only the end of an archive tells. */
const largestPicturesBytes = 64 * 1024 * 1024;

/** Pictures as the order carries them. @throws MeshdeckError `too-large` */
export async function checkPictures(
  files: Files,
  { sha256, name }: CheckRequest['input'],
  bytes: number,
): Promise<Pick<CheckOrder, 'input' | 'inputContent' | 'complete'>> {
  if (bytes > largestPicturesBytes) {
    throw new MeshdeckError(
      'too-large',
      `${name} has ${formatBytes(bytes)}: pictures of up to ${formatBytes(largestPicturesBytes)} are looked at before a run. Look at a few of them in an archive of their own; the run itself takes all.`,
    );
  }
  const input = { sha256, bytes, name };
  if (bytes > inlineBytes) return { input, complete: true };
  return {
    input,
    inputContent: (await readPart(files, sha256, 0, bytes)).toString('base64'),
    complete: true,
  };
}

/** The part of a stored table that a machine looks at, as the order carries it. */
export async function checkInput(
  files: Files,
  input: CheckRequest['input'],
  size: { sizeBytes: number; withEnd: boolean },
): Promise<Pick<CheckOrder, 'input' | 'inputContent' | 'complete'>> {
  const { bytes, complete } = await excerptOf(files, input, size);
  const part = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { name } = input;
  if (part.length > inlineBytes) {
    // Nobody refers to it, so it is cleared away in time.
    const stored = await files.putBytes(part, { name });
    return { input: { ...stored, name }, complete };
  }
  return {
    input: { sha256: sha256Of(part), bytes: part.length, name },
    inputContent: part.toString('base64'),
    complete,
  };
}
