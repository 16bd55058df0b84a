import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { runCommandLine } from './run-command-line.js';
import { recordingContext } from './testing.js';

/** A hub that answers each path with its query as written here, and nothing else. */
async function serve(answers: Record<string, unknown>): Promise<string> {
  const server = createServer((request, response) => {
    const answer = answers[(request.url ?? '').replace('/api/v1', '')];
    response.writeHead(answer === undefined ? 500 : 200).end(JSON.stringify(answer ?? request.url));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function run(args: string[], answers: Record<string, unknown>) {
  const { context, printed, noted } = recordingContext({ MESHDECK_TOKEN: 'x' });
  const exitCode = await runCommandLine([...args, '--hub', await serve(answers)], context);
  return { exitCode, printed: printed.join('\n'), noted: noted.join('\n') };
}

const joinToken = (id: string) => ({ id, createdAt: 1, expiresAt: 2, usesLeft: 1, uses: 1 });

it('shows every page of a list', async () => {
  const { exitCode, printed } = await run(['join-token', 'list', '--json'], {
    '/join-tokens': { joinTokens: [joinToken('one'), joinToken('two')], nextCursor: 'abc' },
    '/join-tokens?cursor=abc': { joinTokens: [joinToken('three')], nextCursor: null },
  });
  expect(exitCode).toBe(0);
  expect((JSON.parse(printed) as { id: string }[]).map(({ id }) => id)).toEqual(['one', 'two', 'three']);
});

const entry = (id: string) => ({
  id,
  at: 1,
  actor: { id: 'a', name: 'Ada', role: 'admin', via: 'session', key: null },
  action: 'jobs.create',
  target: null,
  outcome: 'done',
  status: 200,
  detail: null,
  address: '127.0.0.1',
});

it('says that there are more of a list that is as long as was asked for', async () => {
  const first = { entries: [entry('one')], nextBefore: 'place' };
  const cut = await run(['audit', '--limit', '1'], { '/audit?limit=1': first });
  expect(cut).toMatchObject({ exitCode: 0 });
  expect(cut.noted).toBe('These are the newest 1 entries; there are more. --limit 2 shows twice as many.');
  const whole = await run(['audit', '--limit', '2', '--json'], {
    '/audit?limit=2': first,
    '/audit?limit=1&before=place': { entries: [entry('two')], nextBefore: null },
  });
  expect(whole).toMatchObject({ exitCode: 0, noted: '' });
  expect(JSON.parse(whole.printed)).toHaveLength(2);
});

const message = (text: string) => ({
  attemptId: '0123456789-0-1',
  lines: [{ ts: 1, stream: 'stdout', text }],
  dropped: 0,
});
const page = (texts: string[], nextCursor: string | null, isEnd: boolean) => ({
  logs: texts.map(message),
  ...{ nextCursor, previousCursor: null, isEnd },
});

it('prints a log page by page, as lines and as one list of JSON', async () => {
  const pages = {
    '/jobs/abc/logs': page(['one', 'two'], 'c1', false),
    '/jobs/abc/logs?cursor=c1': page(['three'], 'c2', true),
  };
  const lines = await run(['jobs', 'logs', 'abc'], pages);
  expect(lines).toMatchObject({ exitCode: 0 });
  expect(lines.printed.match(/one|two|three/g)).toEqual(['one', 'two', 'three']);
  const json = await run(['jobs', 'logs', 'abc', '--json'], pages);
  expect(JSON.parse(json.printed)).toEqual(['one', 'two', 'three'].map(message));
});

it('prints the end of a log alone where that is asked for, and an empty one as such', async () => {
  const tail = await run(['jobs', 'logs', 'abc', '--tail'], {
    '/jobs/abc/logs?tail=true': page(['last'], 'c9', true),
  });
  expect(tail.printed).toContain('last');
  const nothing = page([], null, true);
  expect((await run(['jobs', 'logs', 'abc', '--json'], { '/jobs/abc/logs': nothing })).printed).toBe('[]');
});

const decision = (attempt: number) => ({
  ...{ at: attempt, jobId: 'abc', task: 0, attempt, outcome: 'waiting', chosenNodeId: null },
  ...{ summary: `Looked for the ${attempt}th time.`, policy: 'score', candidates: [] },
});

it('puts every decision together where all are asked for', async () => {
  const why = { jobId: 'abc', state: 'queued', summary: 'It waits.' };
  const { exitCode, printed } = await run(['why', 'abc', '--all'], {
    '/jobs/abc/why': { ...why, decisions: [decision(3)], earlier: 2 },
    '/jobs/abc/why?before=2': { ...why, decisions: [decision(1), decision(2)], earlier: 0 },
  });
  expect(exitCode).toBe(0);
  expect(printed.match(/the \dth time/g)).toEqual(['the 1th time', 'the 2th time', 'the 3th time']);
  const newest = await run(['why', 'abc'], {
    '/jobs/abc/why': { ...why, decisions: [decision(3)], earlier: 2 },
  });
  expect(newest.printed).toContain('2 earlier: meshdeck jobs why abc --all');
});
