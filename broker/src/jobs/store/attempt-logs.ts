import { appendFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  attemptIdSchema,
  MeshdeckError,
  type AttemptId,
  type LogMessage,
  type LogPage,
} from '@meshdeck/shared';
import { logFilesIn, mergedLogs, newestTimeIn, type LogPosition, type PlacedMessage } from './log-merge.js';
import { makeFolder } from '@meshdeck/shared/runtime';

/** Past this the log of one attempt is cut: what matters of a flood is its beginning. */
const maxAttemptBytes = 8 * 1024 * 1024;
/** Of all attempts of one job: as many attempts as a task may have keep theirs whole. */
const maxJobBytes = 20 * maxAttemptBytes;
/** Sizes of so many jobs' logs are remembered; those of others are read from the disk again. */
const maxRemembered = 1_000;
/** A page is a moment's work, whatever was asked for. */
const maxPageBytes = 256 * 1024;

/** Which part of the log: on from a page, back from one, or its end. */
export interface LogQuery {
  attemptId?: AttemptId | undefined;
  cursor?: string | undefined;
  before?: string | undefined;
  tail?: boolean | undefined;
  /** Messages, at most. */
  limit: number;
}

/** What each attempt of a job printed, in a file of its own: one attempt's flood takes nothing from another's. */
export interface AttemptLogs {
  append(folder: string, message: LogMessage): Promise<void>;
  /** A page of one attempt's, or of all in the order in which they came. @throws MeshdeckError `invalid-request` */
  page(folder: string, query: LogQuery): Promise<LogPage>;
  /** All of it, read as it is taken. */
  all(folder: string, attemptId?: AttemptId): AsyncGenerator<LogMessage>;
}

const logsIn = (folder: string) => join(folder, 'logs');

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

function encodePosition({ at, file, offset }: LogPosition): string {
  return Buffer.from(`${at} ${basename(file, '.jsonl')} ${offset}`).toString('base64url');
}

function decodePosition(cursor: string): LogPosition {
  const [at = '', attempt = '', offset = '', ...rest] = Buffer.from(cursor, 'base64url')
    .toString()
    .split(' ');
  const isOurs = rest.length === 0 && attemptIdSchema.safeParse(attempt).success;
  const position = { at: Number(at), file: `${attempt}.jsonl`, offset: Number(offset) };
  if (isOurs && position.at >= 0 && Number.isSafeInteger(position.offset) && position.offset >= 0) {
    return position;
  }
  throw new MeshdeckError(
    'invalid-request',
    'This is no place in a log. Use the nextCursor or previousCursor of a page as it is.',
  );
}

/** Appends of one job may not overlap; the caller sees to that. */
export function createAttemptLogs({ now }: { now: () => number }): AttemptLogs {
  /** Bytes of each job's logs. */
  const sizes = new Map<string, number>();
  let lastAt = 0;

  async function jobBytes(folder: string): Promise<number> {
    const known = sizes.get(folder);
    if (known !== undefined) return known;
    const paths = (await logFilesIn(logsIn(folder))).map((file) => join(logsIn(folder), file));
    // A clock that was set back while the hub was off must not put what comes now before what came then.
    for (const path of paths) lastAt = Math.max(lastAt, await newestTimeIn(path));
    const each = await Promise.all(paths.map(sizeOf));
    return each.reduce((sum, bytes) => sum + bytes, 0);
  }

  function remember(folder: string, bytes: number): void {
    sizes.delete(folder);
    sizes.set(folder, bytes);
    for (const oldest of sizes.keys()) {
      if (sizes.size <= maxRemembered) break;
      sizes.delete(oldest);
    }
  }

  const filesOf = async (folder: string, attemptId: AttemptId | undefined): Promise<string[]> =>
    attemptId === undefined ? logFilesIn(logsIn(folder)) : [`${attemptId}.jsonl`];

  return {
    async append(folder, message) {
      const path = join(logsIn(folder), `${message.attemptId}.jsonl`);
      const before = await jobBytes(folder);
      if (before > maxJobBytes || (await sizeOf(path)) > maxAttemptBytes) return;
      lastAt = Math.max(now(), lastAt + 0.001);
      const line = `${JSON.stringify({ at: lastAt, ...message })}\n`;
      await makeFolder(logsIn(folder));
      await appendFile(path, line);
      remember(folder, before + line.length);
    },

    async page(folder, { attemptId, cursor, before, tail = false, limit }) {
      const direction = tail || before !== undefined ? 'backwards' : 'forwards';
      const given = before ?? cursor;
      const from = given === undefined ? null : decodePosition(given);
      const files = await filesOf(folder, attemptId);
      const found: PlacedMessage[] = [];
      let bytes = 0;
      let isCut = false;
      for await (const one of mergedLogs({ folder: logsIn(folder), files, direction, from })) {
        isCut = found.length === limit || (found.length > 0 && bytes + one.bytes > maxPageBytes);
        if (isCut) break;
        bytes += one.bytes;
        found.push(one);
      }
      if (direction === 'backwards') found.reverse();
      const [first, last] = [found[0]?.position, found.at(-1)?.position];
      const hasEarlier = direction === 'backwards' ? isCut : from !== null;
      return {
        logs: found.map(({ message }) => message),
        nextCursor: last === undefined ? (cursor ?? null) : encodePosition(last),
        previousCursor: hasEarlier && first !== undefined ? encodePosition(first) : null,
        isEnd: direction === 'backwards' ? before === undefined : !isCut,
      };
    },

    async *all(folder, attemptId) {
      const files = await filesOf(folder, attemptId);
      for await (const { message } of mergedLogs({
        ...{ folder: logsIn(folder), files, direction: 'forwards', from: null },
      })) {
        yield message;
      }
    },
  };
}
