import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttemptId, LogMessage } from '@meshdeck/shared';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { openDecisionLog } from './decision-log.js';
import { createJobFolders, type JobFolders } from './job-folder.js';

const jobId = '0123456789';
type Short = `${number}-${number}`;
const idOf = (attempt: Short) => `${jobId}-${attempt}` as const;
const said = (attempt: Short, text: string): LogMessage => ({
  attemptId: idOf(attempt),
  lines: [{ ts: 1, stream: 'stdout', text }],
  dropped: 0,
});
const texts = (messages: readonly LogMessage[]) => messages.map(({ lines }) => lines[0]?.text);

async function openFolders(now?: () => number) {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-logs-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const decisions = await openDecisionLog({ dir: join(dir, 'decisions'), logger: pino({ level: 'silent' }) });
  onTestFinished(() => decisions.stop());
  const open = () => createJobFolders(dir, decisions, now === undefined ? {} : { now });
  return { dir, folders: open(), again: open };
}

async function whole(folders: JobFolders, attemptId?: AttemptId, id = jobId): Promise<LogMessage[]> {
  const messages = [];
  for await (const message of folders.allLogs(id, attemptId)) messages.push(message);
  return messages;
}

it('gives the log of one attempt, or of all in the order in which the lines came', async () => {
  // A clock that stands still: the order must not hang on it.
  const { folders } = await openFolders(() => 7);
  for (const [attempt, text] of [
    ['1-1', 'a'],
    ['0-1', 'b'],
    ['1-1', 'c'],
    ['0-2', 'd'],
  ] as const) {
    await folders.addLog(jobId, said(attempt, text));
  }
  expect(texts(await whole(folders))).toEqual(['a', 'b', 'c', 'd']);
  expect(texts(await whole(folders, idOf('1-1')))).toEqual(['a', 'c']);
  expect(await whole(folders, idOf('9-9'))).toEqual([]);
  expect(await whole(folders, undefined, 'zzzzzzzzzz')).toEqual([]);
});

it('gives every message once by pages, forwards and backwards, whichever attempts they are of', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(3), fc.nat(30)), { maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      async (events, limit) => {
        const { folders } = await openFolders(() => 7);
        for (const [number, [attempt, length]] of events.entries()) {
          await folders.addLog(jobId, said(`${attempt}-1`, `${number} ${'é'.repeat(length)}`));
        }
        const all = await whole(folders);
        expect(texts(all).map((text) => Number(text?.split(' ')[0]))).toEqual(events.map((_, at) => at));
        const forwards = [];
        for (let cursor: string | undefined, isEnd = false; !isEnd;) {
          const page = await folders.logs(jobId, { cursor, limit });
          expect(page.logs.length).toBeLessThanOrEqual(limit);
          expect(page.previousCursor === null).toBe(forwards.length === 0);
          forwards.push(...page.logs);
          cursor = page.nextCursor ?? undefined;
          isEnd = page.isEnd;
        }
        expect(forwards).toEqual(all);
        const backwards: LogMessage[] = [];
        for (let before: string | null | undefined; before !== null;) {
          const page = await folders.logs(
            jobId,
            before === undefined ? { tail: true, limit } : { before, limit },
          );
          backwards.unshift(...page.logs);
          before = page.previousCursor;
        }
        expect(backwards).toEqual(all);
      },
    ),
    { numRuns: 25 },
  );
});

it('goes on behind a page with what came later, and nothing twice', async () => {
  const { folders } = await openFolders();
  const empty = await folders.logs(jobId, { tail: true, limit: 5 });
  expect(empty).toEqual({ logs: [], nextCursor: null, previousCursor: null, isEnd: true });
  await folders.addLog(jobId, said('0-1', 'a'));
  const first = await folders.logs(jobId, { tail: true, limit: 5 });
  expect([texts(first.logs), first.isEnd]).toEqual([['a'], true]);
  const cursor = first.nextCursor ?? '';
  const nothing = await folders.logs(jobId, { cursor, limit: 5 });
  expect([nothing.logs, nothing.nextCursor, nothing.isEnd]).toEqual([[], cursor, true]);
  await folders.addLog(jobId, said('1-1', 'b'));
  expect(texts((await folders.logs(jobId, { cursor, limit: 5 })).logs)).toEqual(['b']);
});

it('finds its place in a long log without reading it from the beginning, and gives small pages of it', async () => {
  const { folders } = await openFolders();
  for (let number = 0; number < 900; number += 1) {
    await folders.addLog(jobId, said(`${number % 2}-1`, `${number} ${'x'.repeat(2000)}`));
  }
  const seen: number[] = [];
  for (let cursor: string | undefined, isEnd = false; !isEnd;) {
    const page = await folders.logs(jobId, { cursor, limit: 1000 });
    expect(JSON.stringify(page).length).toBeLessThan(300_000);
    seen.push(...texts(page.logs).map((text) => Number(text?.split(' ')[0])));
    cursor = page.nextCursor ?? undefined;
    isEnd = page.isEnd;
  }
  expect(seen).toEqual(Array.from({ length: 900 }, (_, at) => at));
  const last = await folders.logs(jobId, { tail: true, limit: 3 });
  const before = await folders.logs(jobId, { before: last.previousCursor ?? '', limit: 2 });
  expect(texts([...before.logs, ...last.logs]).map((text) => text?.split(' ')[0])).toEqual([
    '895',
    '896',
    '897',
    '898',
    '899',
  ]);
});

it.each(['x', 'AAAA', Buffer.from('1 ../../etc/passwd 0').toString('base64url')])(
  'takes no place in a log that it never gave: %s',
  async (cursor) => {
    const { folders } = await openFolders();
    await folders.addLog(jobId, said('0-1', 'a'));
    await expect(folders.logs(jobId, { cursor, limit: 5 })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    await expect(folders.logs(jobId, { before: cursor, limit: 5 })).rejects.toThrow('no place in a log');
  },
);

it('keeps the order over a restart with a clock that was set back', async () => {
  let time = 2_000_000;
  const { folders, again } = await openFolders(() => time);
  await folders.addLog(jobId, said('0-1', 'before'));
  time = 1_000_000;
  const later = again();
  await later.addLog(jobId, said('1-1', 'after'));
  await later.addLog(jobId, said('0-1', 'last'));
  expect(texts(await whole(later))).toEqual(['before', 'after', 'last']);
});

it("keeps the next attempt's log although the first one flooded its own", async () => {
  const { folders } = await openFolders();
  const flood = said('0-1', 'x'.repeat(4096));
  flood.lines = Array.from({ length: 500 }, () => ({ ts: 1, stream: 'stdout', text: 'x'.repeat(4000) }));
  for (let message = 0; message < 8; message += 1) await folders.addLog(jobId, flood);
  await folders.addLog(jobId, said('0-2', 'I fell over'));
  expect((await whole(folders, idOf('0-1'))).length).toBeLessThan(8);
  expect(texts(await whole(folders, idOf('0-2')))).toEqual(['I fell over']);
});

it('leaves out what comes faster than the disk takes it, and says how much', async () => {
  const { folders } = await openFolders();
  const flood = said('0-1', '');
  flood.lines = Array.from({ length: 100 }, () => ({ ts: 1, stream: 'stdout', text: 'x'.repeat(1000) }));
  await Promise.all(Array.from({ length: 200 }, () => folders.addLog(jobId, flood)));
  await folders.addLog(jobId, said('0-1', 'the last'));
  const kept = await whole(folders);
  expect(kept.length).toBeLessThan(60);
  const last = kept.at(-1);
  expect(last?.lines[0]?.text).toBe('the last');
  expect(kept.reduce((sum, { lines, dropped }) => sum + lines.length + dropped, 0)).toBe(200 * 100 + 1);
});

it('reads on over a line that a kill has torn', async () => {
  const { dir, folders } = await openFolders();
  await folders.addLog(jobId, said('0-1', 'whole'));
  await appendFile(join(dir, jobId, 'logs', `${jobId}-0-1.jsonl`), '{"at":3,"attem');
  expect(texts(await whole(folders))).toEqual(['whole']);
  await appendFile(join(dir, jobId, 'logs', `${jobId}-0-1.jsonl`), '\n');
  await folders.addLog(jobId, said('0-1', 'after'));
  expect(texts(await whole(folders))).toEqual(['whole', 'after']);
  expect(texts((await folders.logs(jobId, { tail: true, limit: 5 })).logs)).toEqual(['whole', 'after']);
});
