import { constants, type Stats } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import { predictionsName } from '../runners/runner.js';

/** Looked at to tell a table from other files. */
const headBytes = 4096;
/** Names looked through for one that was meant. */
const mostNames = 10_000;

const where = 'into the folder that MESHDECK_OUTPUT names';

const noOutput = (sentence: string) => new MeshdeckError('app-no-output', sentence);

/** Names of what lies in a folder; none where it cannot be read. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.slice(0, mostNames);
}

/** Why there is no result at `path`, as nearly as can be told from what lies there and beside it. */
export async function noResult(path: string, facts: Stats | undefined): Promise<MeshdeckError> {
  if (facts?.isFile() === true)
    return noOutput(
      `The app ended well, but its ${predictionsName} is empty. It must hold a line of column names at least.`,
    );
  if (facts?.isDirectory() === true)
    return noOutput(
      `The app made a folder named ${predictionsName}. It must be a file: write the table itself ${where}.`,
    );
  if (facts?.isSymbolicLink() === true)
    return noOutput(
      `${predictionsName} is a link. The app must write the file itself ${where}: links are not followed.`,
    );
  if (facts !== undefined)
    return noOutput(`${predictionsName} is a pipe, a socket or a device. It must be a plain file.`);

  const names = await namesIn(dirname(path));
  const otherCase = names.find((name) => name.toLowerCase() === predictionsName);
  if (otherCase !== undefined)
    return noOutput(
      `The app wrote ${otherCase}. The result must be named ${predictionsName}, in small letters.`,
    );
  const packed = names.find((name) => /^predictions\.csv\.(gz|bz2|xz|zst|zip)$/i.test(name));
  if (packed !== undefined)
    return noOutput(
      `The app wrote ${packed}. Write ${predictionsName} without compression: Meshdeck reads it as text.`,
    );
  const work = join(dirname(dirname(path)), 'work');
  if ((await namesIn(work)).includes(predictionsName))
    return noOutput(
      `The app wrote ${predictionsName} into its working folder, which is not kept. It must write that file ${where}.`,
    );
  const others =
    names.length > 0
      ? ' An app that makes other files only says "outputs": { "predictions": false } in its meshdeck.json.'
      : '';
  return noOutput(
    `The app ended well but wrote no ${predictionsName}. It must write that file ${where}.${others}`,
  );
}

const kinds: readonly (readonly [bytes: string, kind: string])[] = [
  ['\x1f\x8b', 'compressed with gzip'],
  ['PK\x03\x04', 'a zip archive or an Excel workbook'],
  ['PAR1', 'a Parquet file'],
  ['\x89HDF', 'an HDF5 file'],
  ['\x93NUMPY', 'a NumPy array'],
  ['\x80', 'a pickle'],
];

/** @throws MeshdeckError `app-no-output` where a result is no text of any encoding */
export async function requireText(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const head = Buffer.alloc(headBytes);
  let bytes: Buffer;
  try {
    bytes = head.subarray(0, (await file.read(head, 0, headBytes, 0)).bytesRead);
  } finally {
    await file.close();
  }
  const isWide = ['\xff\xfe', '\xfe\xff'].includes(bytes.subarray(0, 2).toString('latin1'));
  if (isWide || !bytes.includes(0)) return;
  const beginning = bytes.toString('latin1');
  const kind = kinds.find(([mark]) => beginning.startsWith(mark))?.[1] ?? 'not text';
  throw noOutput(
    `The app's ${predictionsName} is ${kind}. It must be a table as text, with commas or the like.`,
  );
}
