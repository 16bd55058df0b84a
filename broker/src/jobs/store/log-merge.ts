import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { logMessageSchema, type LogMessage } from '@meshdeck/shared';
import * as z from 'zod';
import {
  lineStartFrom,
  readLinesBefore,
  readLinesFrom,
  sizeOfFile,
  type Line,
} from '../../stores/line-file.js';

/** `at`: when the hub got it, growing within a file, so that the logs of attempts side by side can be put in order. */
const storedSchema = logMessageSchema.extend({ at: z.number().optional() });

/** Where a message lies among all of a job: by time, then by file, then by place in it. */
export interface LogPosition {
  at: number;
  file: string;
  offset: number;
}

export interface PlacedMessage {
  position: LogPosition;
  message: LogMessage;
  bytes: number;
}

/** Negative where `a` comes first. */
function comparePositions(a: LogPosition, b: LogPosition): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.offset - b.offset;
}

/** Read at a time, of all files that are being merged together. */
const readBytes = { all: 1024 * 1024, most: 64 * 1024, least: 4 * 1024 };
/** A file below this is read from its beginning rather than searched. */
const searchedFromBytes = 128 * 1024;

/** Without parsing the whole line: `at` is written first. Messages of earlier versions have none. */
const timeOf = ({ text }: Line): number => Number(/^\{"at":([\d.]+)/.exec(text)?.[1] ?? 0);

export async function logFilesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => name.endsWith('.jsonl')).sort();
}

/** When the newest line of a file was written; 0 where there is none. */
export async function newestTimeIn(path: string): Promise<number> {
  const { lines } = await readLinesBefore(path, Infinity, readBytes.least);
  const last = lines.at(-1);
  return last === undefined ? 0 : timeOf(last);
}

/** Where the lines begin that are as new as `at`: no line of that time or later lies before. */
async function offsetOf(path: string, at: number): Promise<number> {
  let low = 0;
  let high = await sizeOfFile(path);
  while (high - low > searchedFromBytes) {
    const middle = low + Math.floor((high - low) / 2);
    const start = await lineStartFrom(path, middle);
    const [line] = start < high ? (await readLinesFrom(path, start, readBytes.least)).lines : [];
    if (line !== undefined && timeOf(line) < at) low = start;
    else high = Math.min(start, line === undefined ? middle : high);
  }
  return low;
}

/** One file, read in one direction a little at a time; the next line comes last. */
interface Source {
  file: string;
  lines: { line: Line; position: LogPosition }[];
  /** Where to read on; null at the end. */
  place: number | null;
}

function parse(line: Line): LogMessage | null {
  try {
    const { at: _at, ...message } = storedSchema.parse(JSON.parse(line.text));
    return message;
  } catch {
    // A torn line is what a kill in mid-write leaves.
    return null;
  }
}

/**
 * The messages of these files of one folder, in order, forwards from behind `after` or backwards from before `before`; from the
 * beginning or the end where there is none. Reads as it is asked, and holds about a megabyte however large they are.
 */
export async function* mergedLogs(options: {
  folder: string;
  files: readonly string[];
  direction: 'forwards' | 'backwards';
  from: LogPosition | null;
}): AsyncGenerator<PlacedMessage> {
  const { folder, files, direction, from } = options;
  const isForwards = direction === 'forwards';
  const each = Math.floor(readBytes.all / Math.max(1, files.length));
  const bytes = Math.min(readBytes.most, Math.max(readBytes.least, each));
  const positionOf = (file: string, line: Line): LogPosition => ({
    at: timeOf(line),
    file,
    offset: line.offset,
  });
  const isWanted = (position: LogPosition): boolean => {
    if (from === null) return true;
    const order = comparePositions(position, from);
    return isForwards ? order > 0 : order < 0;
  };

  async function startOf(file: string): Promise<number> {
    const path = join(folder, file);
    if (isForwards) return from === null ? 0 : offsetOf(path, from.at);
    if (from === null) return Infinity;
    // What is as old as the position lies before this; those of its own time are looked at one by one.
    return offsetOf(path, from.at + 0.001).then((offset) => lineStartFrom(path, offset + searchedFromBytes));
  }

  async function fill(source: Source): Promise<void> {
    const path = join(folder, source.file);
    while (source.lines.length === 0 && source.place !== null) {
      const { lines, place } = isForwards
        ? await readLinesFrom(path, source.place, bytes).then(({ lines, next }) => {
            return { lines: lines.reverse(), place: lines.length === 0 ? null : next };
          })
        : await readLinesBefore(path, source.place, bytes).then(({ lines, previous }) => {
            return { lines, place: previous === 0 ? null : previous };
          });
      source.place = place;
      source.lines = lines
        .map((line) => ({ line, position: positionOf(source.file, line) }))
        .filter(({ position }) => isWanted(position));
    }
  }

  /** Those that have a line, the one whose line is next last. */
  const sources: Source[] = [];
  const isBefore = (a: Source, b: Source): boolean => {
    const [one, other] = [a.lines.at(-1)?.position, b.lines.at(-1)?.position];
    if (one === undefined || other === undefined) return false;
    return isForwards ? comparePositions(one, other) < 0 : comparePositions(one, other) > 0;
  };
  function add(source: Source): void {
    if (source.lines.length === 0) return;
    let [low, high] = [0, sources.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = sources[middle];
      if (other !== undefined && isBefore(source, other)) low = middle + 1;
      else high = middle;
    }
    sources.splice(low, 0, source);
  }

  for (const file of files) {
    const source: Source = { file, lines: [], place: await startOf(file) };
    await fill(source);
    add(source);
  }
  for (let source = sources.pop(); source !== undefined; source = sources.pop()) {
    const next = source.lines.pop();
    if (next !== undefined) {
      const { line, position } = next;
      const message = parse(line);
      if (message !== null) yield { position, message, bytes: line.end - line.offset };
    }
    if (source.lines.length === 0) await fill(source);
    add(source);
  }
}
