import { createReadStream } from 'node:fs';
import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  auditEntrySchema,
  auditPlacePattern,
  type AuditEntry,
  type AuditPage,
  type AuditQuery,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import { readLinesBefore } from '../stores/line-file.js';
import { makeFolder, writeAll } from '@meshdeck/shared/runtime';
import { cutTruncatedLine } from '../stores/truncated-line.js';

export interface AuditLog {
  /** Takes note at once; on disk a moment later, in order. */
  record(entry: Omit<AuditEntry, 'id' | 'at'>): void;
  /** Newest first; `before` is the `nextBefore` of the page before. Ends early, with what it has, where nobody waits any more. */
  page(
    query: AuditQuery,
    options: { limit: number; before?: string | undefined; signal?: AbortSignal },
  ): Promise<AuditPage>;
  /** Oldest first, however many. */
  all(query: AuditQuery): AsyncGenerator<AuditEntry>;
  /** Writes what is not on disk yet. */
  stop(): Promise<void>;
}

/** A moment later on disk: what is said within it is written at once. */
const gatherMs = 20;
/** What the disk would not take is tried again, */
const againMs = 2_000;
/** so many lines of it at most. */
const mostWaiting = 10_000;

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
/** Read at a time, from the end of a day backwards. */
const pieceBytes = 64 * 1024;
const dayOfFile = (name: string) => /^(\d{4}-\d{2}-\d{2})\.jsonl$/.exec(name)?.[1];

export function matchesAudit(entry: AuditEntry, query: AuditQuery): boolean {
  const { since, until, user, action, outcome } = query;
  if (since !== undefined && entry.at < since) return false;
  if (until !== undefined && entry.at > until) return false;
  if (outcome !== undefined && entry.outcome !== outcome) return false;
  if (action !== undefined && entry.action !== action && !entry.action.startsWith(`${action}.`)) return false;
  if (user === undefined) return true;
  const { actor, target } = entry;
  const wanted = user.toLowerCase();
  return actor === null
    ? target?.toLowerCase() === wanted
    : actor.id === wanted || actor.name.toLowerCase().includes(wanted) || target?.toLowerCase() === wanted;
}

/**
 * One file of JSON lines a day, only ever appended to: nothing that runs here can change what was said, `grep` and `tail`
 * read it, and a day is moved away by moving its file. A line that cannot be read is left out.
 */
export async function openAuditLog(options: {
  dir: string;
  now: () => number;
  logger: Logger;
}): Promise<AuditLog> {
  const { dir, now, logger } = options;
  await makeFolder(dir);
  let waiting: AuditEntry[] = [];
  let writing: Promise<void> = Promise.resolve();
  let lastAt = 0;
  let count = 0;
  let stopped = false;
  let today: { day: string; file: FileHandle } | null = null;

  function newId(at: number): string {
    count = at === lastAt ? count + 1 : 0;
    lastAt = at;
    return `${at.toString(36).padStart(9, '0')}${count.toString(36).padStart(4, '0')}`;
  }

  async function openDay(day: string): Promise<{ day: string; file: FileHandle }> {
    if (today?.day === day) return today;
    await today?.file.close();
    today = null;
    const path = join(dir, `${day}.jsonl`);
    // A line that a kill left half written must not take the next one with it.
    await cutTruncatedLine(path);
    today = { day, file: await open(path, 'a', 0o600) };
    return today;
  }

  /** All lines or none: what the disk took of them is cut off again. */
  async function appendTo(file: FileHandle, lines: string): Promise<void> {
    const { size } = await file.stat();
    try {
      await writeAll(file, Buffer.from(lines));
    } catch (error) {
      await file.truncate(size).catch(() => undefined);
      throw error;
    }
  }

  async function write(): Promise<void> {
    const batch = waiting;
    waiting = [];
    for (const day of new Set(batch.map(({ at }) => dayOf(at)))) {
      const entries = batch.filter(({ at }) => dayOf(at) === day);
      const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`);
      try {
        const { file } = await openDay(day);
        await appendTo(file, lines.join(''));
      } catch (error) {
        await today?.file.close().catch(() => undefined);
        today = null;
        keep(entries, error);
      }
    }
  }

  function keep(entries: AuditEntry[], error: unknown): void {
    waiting = [...entries, ...waiting];
    const lost = waiting.splice(mostWaiting).length;
    logger.error({ error: String(error), waiting: waiting.length, lost }, 'audit not written');
    if (!stopped) setTimeout(() => void flush(), againMs).unref();
  }

  function flush(): Promise<void> {
    writing = writing.then(() => (waiting.length > 0 ? write() : undefined));
    return writing;
  }

  async function days({ since, until }: AuditQuery): Promise<string[]> {
    const names = (await readdir(dir)).flatMap((name) => dayOfFile(name) ?? []).sort();
    return names.filter(
      (day) => (since === undefined || day >= dayOf(since)) && (until === undefined || day <= dayOf(until)),
    );
  }

  /** Null where it does not match, or cannot be read: what a kill in mid-write leaves. */
  function parse(line: string, query: AuditQuery): AuditEntry | null {
    try {
      const value: unknown = JSON.parse(line);
      // Most of a long audit is not asked for: the look at every field comes after.
      return matchesAudit(value as AuditEntry, query) ? auditEntrySchema.parse(value) : null;
    } catch {
      return null;
    }
  }

  return {
    record(entry) {
      // A clock that is set back must not make two ids alike.
      const at = Math.max(now(), lastAt);
      const wasIdle = waiting.length === 0;
      waiting.push({ id: newId(at), at, ...entry });
      if (wasIdle) setTimeout(() => void flush(), gatherMs);
    },

    async page(query, { limit, before, signal }) {
      await flush();
      const [, fromDay = '9', fromOffset = 'Infinity'] = auditPlacePattern.exec(before ?? '') ?? [];
      const entries: AuditEntry[] = [];
      let last = '';
      for (const day of (await days(query)).filter((each) => each <= fromDay).reverse()) {
        const path = join(dir, `${day}.jsonl`);
        let end = day === fromDay ? Number(fromOffset) : Infinity;
        while (end > 0 && signal?.aborted !== true) {
          const { lines, previous } = await readLinesBefore(path, end, pieceBytes);
          for (const { text, offset } of lines.reverse()) {
            const entry = parse(text, query);
            if (entry === null) continue;
            if (entries.length === limit) return { entries, nextBefore: last };
            entries.push(entry);
            last = `${day}.${offset}`;
          }
          end = previous;
        }
      }
      return { entries, nextBefore: null };
    },

    async *all(query) {
      await flush();
      for (const day of await days(query)) {
        const lines = createInterface({
          input: createReadStream(join(dir, `${day}.jsonl`)),
          crlfDelay: Infinity,
        });
        for await (const line of lines) {
          const entry = parse(line, query);
          if (entry !== null) yield entry;
        }
      }
    },

    async stop() {
      stopped = true;
      await flush();
      await today?.file.close();
      today = null;
    },
  };
}
