import { open, type FileHandle } from 'node:fs/promises';

/** One line of a file, by where its bytes lie; `end` is behind its newline. */
export interface Line {
  offset: number;
  end: number;
  text: string;
}

/** Longer ones are passed over: what one of ours may be is a quarter of it. */
const longestLine = 4 * 1024 * 1024;
const newline = 10;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Runs `work` on the open file; undefined where there is none. */
async function withFile<T>(
  path: string,
  work: (file: FileHandle, size: number) => Promise<T>,
): Promise<T | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return await work(file, (await file.stat()).size);
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

/** The whole lines of these bytes, which lie at `offset`. */
function linesIn(bytes: Buffer, offset: number): Line[] {
  const lines: Line[] = [];
  let at = 0;
  for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, at)) {
    lines.push({ offset: offset + at, end: offset + end + 1, text: bytes.toString('utf8', at, end) });
    at = end + 1;
  }
  return lines;
}

/**
 * The lines from `offset` on, where a line begins: about `bytes` of them, one at least where there is one. A last line
 * without its end is still being written, and not given. `next` is where to go on.
 */
export async function readLinesFrom(
  path: string,
  offset: number,
  bytes: number,
): Promise<{ lines: Line[]; next: number }> {
  const found = await withFile(path, async (file, size) => {
    let from = offset;
    let length = bytes;
    while (from < size) {
      const chunk = await readAt(file, from, Math.min(length, size - from));
      const last = chunk.lastIndexOf(newline);
      if (last !== -1) return { lines: linesIn(chunk.subarray(0, last + 1), from), next: from + last + 1 };
      if (from + chunk.length >= size) break;
      if (length < longestLine) length = Math.min(longestLine, length * 4);
      else {
        from = await endOfLine(file, from + length, size);
        length = bytes;
      }
    }
    return { lines: [], next: from };
  });
  return found ?? { lines: [], next: offset };
}

/** Behind the line that `from` lies in. */
async function endOfLine(file: FileHandle, from: number, size: number): Promise<number> {
  for (let at = from; at < size; at += 64 * 1024) {
    const end = (await readAt(file, at, 64 * 1024)).indexOf(newline);
    if (end !== -1) return at + end + 1;
  }
  return size;
}

/** The lines before `end`, which is where one begins or the file ends: the last of them, in order; `previous` is where to go on. */
export async function readLinesBefore(
  path: string,
  end: number,
  bytes: number,
): Promise<{ lines: Line[]; previous: number }> {
  const found = await withFile(path, async (file, size) => {
    let until = Math.min(end, size);
    let length = bytes;
    while (until > 0) {
      const from = Math.max(0, until - length);
      const chunk = await readAt(file, from, until - from);
      const first = from === 0 ? 0 : chunk.indexOf(newline) + 1;
      const last = chunk.lastIndexOf(newline) + 1;
      if ((from === 0 || first > 0) && last > first) {
        return { lines: linesIn(chunk.subarray(first, last), from + first), previous: from + first };
      }
      if (from === 0) return { lines: [], previous: 0 };
      if (length < longestLine) length = Math.min(longestLine, length * 4);
      else {
        until = from;
        length = bytes;
      }
    }
    return { lines: [], previous: 0 };
  });
  return found ?? { lines: [], previous: 0 };
}

/** Where the first line begins that starts at `offset` or behind; the file's size where there is none. */
export async function lineStartFrom(path: string, offset: number): Promise<number> {
  if (offset === 0) return 0;
  return (await withFile(path, (file, size) => endOfLine(file, offset - 1, size))) ?? 0;
}

export async function sizeOfFile(path: string): Promise<number> {
  return (await withFile(path, async (_file, size) => size)) ?? 0;
}
