import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fileListSchema,
  leftOutText,
  type FileList,
  type FileReference,
  type LogLine,
  type OutputFiles,
} from '@meshdeck/shared';
import { tooMuchOutput } from '../runners/process/limits.js';
import { findOutput } from './find-output.js';

/** Files sent at a time: each waits for the hub's disk. */
const together = 4;

/** @throws what the system says; nothing is followed, and a pipe is not waited for */
async function openFile(place: string) {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  try {
    return await open(place, flags);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) throw error;
    await chmod(place, 0o600);
    return open(place, flags);
  }
}

async function hashFile(place: string, signal: AbortSignal): Promise<{ sha256: string; bytes: number }> {
  const file = await openFile(place);
  try {
    if (!(await file.stat()).isFile()) throw new Error('not a file');
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of file.createReadStream({
      highWaterMark: 256 * 1024,
      autoClose: false,
      signal,
    })) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    return { sha256: hash.digest('hex'), bytes };
  } finally {
    await file.close();
  }
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: together }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

export interface OutputToKeep {
  /** The attempt's own folder. */
  folder: string;
  outputFolder: string;
  /** Paths that are told elsewhere, such as the result. */
  except: ReadonlySet<string>;
  /** Of all files together; where the attempt succeeded, more is an error, else what is beyond is left out. */
  limits: { outputBytes: number };
  isPartial: boolean;
  upload: (file: FileReference, path: string, signal: AbortSignal) => Promise<void>;
  onLine: (stream: LogLine['stream'], text: string) => void;
  signal: AbortSignal;
}

/**
 * Brings all that lies in the output folder into the hub's store, and the list of it; undefined where there is nothing.
 * @throws MeshdeckError `app-output-limit`, or what an upload throws
 */
export async function keepOutput(options: OutputToKeep): Promise<OutputFiles | undefined> {
  const { limits, isPartial, signal, upload } = options;
  const { files: found, leftOut, leaveOut } = await findOutput(options.outputFolder, options.except);
  const files: (FileList['files'][number] & { place: string })[] = [];
  let sum = 0;
  for (const { path, place, bytes } of found) {
    signal.throwIfAborted();
    if (sum + bytes > limits.outputBytes) {
      if (!isPartial) throw tooMuchOutput(limits.outputBytes);
      leaveOut(path, 'too-large');
      continue;
    }
    try {
      const facts = await hashFile(place, signal);
      files.push({ path, place, ...facts });
      sum += facts.bytes;
    } catch {
      signal.throwIfAborted();
      leaveOut(path, 'unreadable');
    }
  }
  if (leftOut.count > 0) {
    const [first] = leftOut.examples;
    const others = leftOut.count > 1 ? ` and ${leftOut.count - 1} more` : '';
    if (first !== undefined)
      options.onLine('agent', `Not kept of the output folder: ${leftOutText(first)}${others}.`);
  }
  if (files.length === 0 && leftOut.count === 0) return undefined;
  const list = fileListSchema.parse({ files: files.map(({ place: _place, ...file }) => file), leftOut });

  const once = new Map(files.map((file) => [file.sha256, file]));
  await inTurns([...once.values()], ({ place, path, sha256, bytes }) =>
    upload({ sha256, bytes, name: path.slice(-255) }, place, signal),
  );
  const text = JSON.stringify(list);
  const listPath = join(options.folder, 'files.json');
  await rm(listPath, { force: true });
  await writeFile(listPath, text, { mode: 0o600, flag: 'wx' });
  const reference = {
    sha256: createHash('sha256').update(text).digest('hex'),
    bytes: Buffer.byteLength(text),
    name: 'files.json',
  };
  await upload(reference, listPath, signal);
  return { list: reference, files: files.length, bytes: sum };
}
