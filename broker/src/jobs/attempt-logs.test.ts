import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogMessage } from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { openDecisionLog } from './decision-log.js';
import { createJobFolders } from './job-folder.js';

const jobId = '0123456789';
const said = (attempt: string, text: string): LogMessage => ({
  attemptId: `${jobId}-${attempt}`,
  lines: [{ ts: 1, stream: 'stdout', text }],
  dropped: 0,
});
const texts = (messages: readonly LogMessage[]) => messages.map(({ lines }) => lines[0]?.text);

async function openFolders(now?: () => number) {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-logs-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const decisions = await openDecisionLog({ dir: join(dir, 'decisions'), logger: pino({ level: 'silent' }) });
  onTestFinished(() => decisions.stop());
  return { dir, folders: createJobFolders(dir, decisions, now === undefined ? {} : { now }) };
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
  expect(texts(await folders.logs(jobId))).toEqual(['a', 'b', 'c', 'd']);
  expect(texts(await folders.logs(jobId, `${jobId}-1-1`))).toEqual(['a', 'c']);
  expect(await folders.logs(jobId, `${jobId}-9-9`)).toEqual([]);
  expect(await folders.logs('zzzzzzzzzz')).toEqual([]);
});

it("keeps the next attempt's log although the first one flooded its own", async () => {
  const { folders } = await openFolders();
  const flood = said('0-1', 'x'.repeat(4096));
  flood.lines = Array.from({ length: 500 }, () => ({ ts: 1, stream: 'stdout', text: 'x'.repeat(4000) }));
  for (let message = 0; message < 8; message += 1) await folders.addLog(jobId, flood);
  await folders.addLog(jobId, said('0-2', 'I fell over'));
  expect((await folders.logs(jobId, `${jobId}-0-1`)).length).toBeLessThan(8);
  expect(texts(await folders.logs(jobId, `${jobId}-0-2`))).toEqual(['I fell over']);
});

it('reads on over a line that a kill has torn', async () => {
  const { dir, folders } = await openFolders();
  await folders.addLog(jobId, said('0-1', 'whole'));
  await appendFile(join(dir, jobId, 'logs', `${jobId}-0-1.jsonl`), '{"at":3,"attem');
  expect(texts(await folders.logs(jobId))).toEqual(['whole']);
});
