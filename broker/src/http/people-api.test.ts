import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { zip } from '../apps/fixtures/archives.js';
import { openPeopleHub } from './fixtures/people-hub.js';

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
const detailOf = (body: string) => (JSON.parse(body) as { detail: string }).detail;

it.each([
  ['POST', '/api/v1/join-tokens', { uses: 0 }, 'uses must be at least 1.'],
  ['POST', '/api/v1/join-tokens', { uses: 'many' }, 'uses must be a number.'],
  ['POST', '/api/v1/join-tokens', { tll: 1 }, 'The request body has the unknown key "tll".'],
  ['PATCH', '/api/v1/nodes/x', { labels: { a: 1 } }, 'labels.a must be text.'],
  [
    'POST',
    '/api/v1/nodes/x/explode',
    undefined,
    'action must be one of reject, cordon, uncordon, drain, benchmark, refresh-inventory.',
  ],
  ['POST', '/api/v1/jobs', { app: { name: 'x' } }, 'input is missing.'],
  [
    'POST',
    '/api/v1/jobs',
    { app: { name: 'x' }, input: { sha256: '0'.repeat(64), name: 'a' }, options: { timeoutSeconds: 0 } },
    'options.timeoutSeconds must be at least 1.',
  ],
  ['POST', '/api/v1/checks', { app: { name: 'x' } }, 'input is missing.'],
  ['PUT', '/api/v1/apps/x/reading', { headers: 3 }, 'The request body has the unknown key "headers".'],
  [
    'GET',
    '/api/v1/jobs?state=done',
    undefined,
    'state must be one of queued, placed, running, merging, succeeded, failed, cancelled.',
  ],
  ['GET', '/api/v1/jobs?limit=5000', undefined, 'limit must be at most 500.'],
  [
    'GET',
    '/api/v1/series/points?source=x&from=1&to=2',
    undefined,
    'source must be node:<node id> or sensor:<sensor id>.',
  ],
  ['GET', '/api/v1/series/points?source=sensor:s&from=3&to=2', undefined, '"from" must not be after "to".'],
  ['PUT', '/api/v1/files', undefined, 'name is missing.'],
])('names the key that is wrong: %s %s %#', async (method, path, body, sentence) => {
  const { json, withToken } = await openPeopleHub();
  const answer = body === undefined ? await withToken({ method, path }) : await json(method, path, body);
  expect(answer.status).toBe(400);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(JSON.parse(answer.body)).toMatchObject({
    code: 'invalid-request',
    title: 'Bad Request',
    detail: sentence,
  });
});

it('says what is wrong with a body that is no JSON or too long', async () => {
  const { withToken } = await openPeopleHub();
  const post = (body: string, type = 'application/json') =>
    withToken({ method: 'POST', path: '/api/v1/jobs', headers: { 'content-type': type }, body });
  expect(detailOf((await post('{"app":')).body)).toBe('The request body is not valid JSON.');
  expect(detailOf((await post('')).body)).toBe('The request body is not valid JSON.');
  expect(detailOf((await post('a=b', 'application/x-www-form-urlencoded')).body)).toContain('takes JSON');
  const long = await post(JSON.stringify({ name: 'x'.repeat(2 << 20) }));
  expect([long.status, JSON.parse(long.body)]).toMatchObject([413, { code: 'too-large' }]);
  const prototype = await post('{"__proto__": {"app": 1}}');
  expect(prototype.status).toBe(400);
});

it('answers coded errors by their status and hides strangers', async () => {
  const logger = pino({ level: 'silent' });
  const logged = vi.spyOn(logger, 'error');
  const { withToken, json } = await openPeopleHub({ logger });
  expect((await withToken({ method: 'DELETE', path: '/api/v1/nodes/other' })).status).toBe(404);
  const failed = await json('POST', '/api/v1/jobs', {
    app: { name: 'x' },
    input: { sha256: '0'.repeat(64), name: 'a.csv' },
  });
  expect([failed.status, JSON.parse(failed.body)]).toMatchObject([
    500,
    { code: 'internal', detail: 'Something went wrong inside Meshdeck.' },
  ]);
  expect(logged).toHaveBeenCalledTimes(1);
  const misshapen = await withToken({ path: '/api/v1/nodes/broken' });
  expect([misshapen.status, JSON.parse(misshapen.body)]).toMatchObject([500, { code: 'internal' }]);
});

it('hands routes parsed values and answers as the schemas say', async () => {
  const { withToken, json, calls } = await openPeopleHub();
  const nodes = await withToken({ path: '/api/v1/nodes' });
  expect(JSON.parse(nodes.body)).toMatchObject({ nodes: [{ name: 'bench-1', membership: 'joined' }] });
  expect(nodes.headers['cache-control']).toBe('no-store');
  expect((await withToken({ method: 'POST', path: '/api/v1/nodes/x/drain' })).status).toBe(200);
  const removed = await withToken({ method: 'DELETE', path: `/api/v1/nodes/${'a'.repeat(26)}` });
  expect([removed.status, removed.body]).toEqual([204, '']);
  const token = await json('POST', '/api/v1/join-tokens', { uses: 5 });
  expect([token.status, JSON.parse(token.body)]).toMatchObject([201, { uses: 5, token: 'mdj1_x' }]);

  await withToken({ path: '/api/v1/jobs' });
  await withToken({ path: '/api/v1/jobs?state=queued&state=running&limit=7&before=99' });
  await withToken({ path: '/api/v1/jobs?state=failed' });
  await withToken({ path: '/api/v1/jobs?text=leaf%20wet&machine=bench-1&app=digits' });
  expect((await withToken({ path: '/api/v1/jobs?app=No%20App' })).status).toBe(400);
  const onRead: unknown = expect.any(Function);
  expect(calls.jobQueries).toEqual([
    { limit: 50, onRead },
    { limit: 7, before: 99, states: ['queued', 'running'], onRead },
    { limit: 50, states: ['failed'], onRead },
    { limit: 50, text: 'leaf wet', machine: 'bench-1', app: 'digits', onRead },
  ]);
  const counts = await withToken({ path: '/api/v1/job-counts' });
  expect(JSON.parse(counts.body)).toEqual({ byState: { succeeded: 3 }, deadLetters: 4 });
  const choices = [{ ids: ['a'] }, { all: true }, { ids: [] }, { all: false }, {}];
  const answers = await Promise.all(
    choices.map((choice) => json('POST', '/api/v1/dead-letters/rerun', choice)),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 400, 400]);
  // Without a body, with one, and with an option that there is not.
  expect((await withToken({ method: 'POST', path: '/api/v1/jobs/x/rerun' })).status).toBe(404);
  expect((await json('POST', '/api/v1/jobs/x/rerun', { options: { shards: null } })).status).toBe(404);
  expect((await json('POST', '/api/v1/jobs/x/rerun', { options: { colour: 1 } })).status).toBe(400);
  const points = await withToken({ path: '/api/v1/series/points?source=sensor:s&keys=a,b&from=1&to=2' });
  expect(JSON.parse(points.body)).toEqual({
    series: [
      {
        key: 'a',
        unit: '\u00b0C',
        decimated: false,
        tier: 'readings',
        resolutionMs: 0,
        points: [
          [1, 20],
          [2, 21],
        ],
      },
    ],
  });
});

it('takes a table as a raw stream of any type and refuses one beyond the limit', async () => {
  const { withToken, services } = await openPeopleHub({ uploadLimitBytes: 3 << 20 });
  for (const type of ['text/csv', 'application/json', '']) {
    const answer = await withToken({
      method: 'PUT',
      path: '/api/v1/files?name=t%C3%A4glich.csv',
      headers: type === '' ? {} : { 'content-type': type },
      body: `a\n${type}\n`,
    });
    expect(JSON.parse(answer.body)).toMatchObject({
      name: 't\u00e4glich.csv',
      sha256: sha256(`a\n${type}\n`),
    });
  }
  const empty = await withToken({ method: 'PUT', path: '/api/v1/files?name=e.csv' });
  expect(JSON.parse(empty.body)).toMatchObject({ bytes: 0 });

  const mebibyte = Buffer.alloc(1 << 20, 'x');
  const announced = await withToken({
    method: 'PUT',
    path: '/api/v1/files?name=a',
    body: Buffer.concat(Array<Buffer>(4).fill(mebibyte)),
  });
  expect([announced.status, JSON.parse(announced.body)]).toMatchObject([413, { code: 'too-large' }]);
  const unannounced = await withToken({
    method: 'PUT',
    path: '/api/v1/files?name=a',
    body: Readable.from(Array<Buffer>(40).fill(mebibyte)),
  });
  expect([unannounced.status, JSON.parse(unannounced.body)]).toMatchObject([413, { code: 'too-large' }]);
  expect(await services.files.collect(new Set(), -1)).toMatchObject({ files: 4 });
});

it('keeps nothing of an upload that is cut off', async () => {
  const { port, services } = await openPeopleHub();
  const failed = vi.spyOn(services.files, 'put');
  const outgoing = request({
    port,
    host: '127.0.0.1',
    method: 'PUT',
    path: '/api/v1/files?name=a.csv',
    headers: { authorization: `Bearer ${services.access.token}`, 'content-length': '1000' },
  });
  outgoing.on('error', () => undefined);
  outgoing.write('half');
  await vi.waitFor(() => expect(failed).toHaveBeenCalledTimes(1));
  outgoing.destroy();
  await expect(failed.mock.results[0]?.value).rejects.toMatchObject({ code: 'transfer-failed' });
  expect(await services.files.collect(new Set(), -1)).toEqual({ files: 0, bytes: 0 });
});

it('takes a pushed app and tells why it takes another not', async () => {
  const { withToken } = await openPeopleHub();
  const push = (filename: string, body: Buffer) =>
    withToken({ method: 'POST', path: `/api/v1/apps?filename=${encodeURIComponent(filename)}`, body });
  const pushed = await push('Count rows.zip', zip([{ name: 'app.py', data: 'print(1)' }]));
  expect([pushed.status, JSON.parse(pushed.body)]).toMatchObject([
    201,
    { name: 'count-rows', inferred: true },
  ]);
  expect(JSON.parse((await withToken({ path: '/api/v1/apps' })).body)).toMatchObject({
    apps: [{ name: 'count-rows' }],
  });
  const slip = await push('a.zip', zip([{ name: '../x', data: 'x' }]));
  expect([slip.status, JSON.parse(slip.body)]).toMatchObject([422, { code: 'archive-unsafe' }]);
  expect((await withToken({ method: 'DELETE', path: '/api/v1/apps/count-rows' })).status).toBe(204);
  expect((await withToken({ path: '/api/v1/apps/count-rows' })).status).toBe(404);
});

it('gives results as a file with a harmless name', async () => {
  const { withToken } = await openPeopleHub();
  const answer = await withToken({ path: '/api/v1/jobs/x/output' });
  expect(answer.body).toBe('row,label\n1,7\n');
  expect(answer.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-length': '14',
    'x-content-type-options': 'nosniff',
    'content-disposition': `attachment; filename="_ber__x_;__predictions.csv"; filename*=UTF-8''%C3%BCber__x_%3B__predictions.csv`,
  });
  const exported = await withToken({ path: '/api/v1/series/export?source=sensor:s&from=0&to=86400000' });
  expect(exported.headers['content-disposition']).toContain('filename="sensor-s-1970-01-02.csv"');
  expect(exported.body).toBe('ts,value\n');
});

it('shows its gauges in the Prometheus text format', async () => {
  const { withToken } = await openPeopleHub();
  const { body, headers } = await withToken({ path: '/metrics' });
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  for (const line of [
    'meshdeck_nodes{presence="active"} 1',
    'meshdeck_nodes{presence="lost"} 0',
    'meshdeck_jobs{state="succeeded"} 3',
    'meshdeck_jobs{state="queued"} 0',
    'meshdeck_dead_letters 4',
    'meshdeck_reports_dropped_total{kind="duplicate"} 2',
    'meshdeck_reports_dropped_total{kind="late"} 1',
    'meshdeck_readings_total 12',
    'meshdeck_service_up{service="mqtt"} 1',
  ]) {
    expect(body.split('\n')).toContain(line);
  }
  expect(body).toMatch(/^meshdeck_resident_memory_bytes \d{7,}$/m);
});

it('serves the UI strictly: one page for every address, hashed files for good, nothing inline', async () => {
  const uiDir = await mkdtemp(join(tmpdir(), 'meshdeck-ui-'));
  onTestFinished(() => rm(uiDir, { recursive: true, force: true }));
  await mkdir(join(uiDir, 'assets'));
  await writeFile(join(uiDir, 'index.html'), '<!doctype html><title>Meshdeck</title>');
  await writeFile(join(uiDir, 'assets', 'main-abc.js'), 'export {};');
  const { ask } = await openPeopleHub({ uiDir });

  const page = await ask({ path: '/', headers: { accept: 'text/html' } });
  expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-cache']);
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("style-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy.split(';').filter((part) => part.includes('unsafe'))).toEqual([
    "style-src-attr 'unsafe-inline'",
  ]);
  expect(page.headers).not.toHaveProperty('x-powered-by');
  expect(page.headers).not.toHaveProperty('strict-transport-security');

  const script = await ask({ path: '/assets/main-abc.js' });
  expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(script.headers['content-type']).toContain('javascript');
  const deep = await ask({ path: '/jobs/0123456789', headers: { accept: 'text/html' } });
  expect([deep.status, deep.body]).toEqual([200, page.body]);
  expect((await ask({ path: '/assets/gone.js' })).status).toBe(404);
  expect((await ask({ path: '/api/v1/nothing', headers: { accept: 'text/html' } })).status).toBe(404);
  expect((await ask({ path: '/..%2f..%2fetc/passwd' })).status).toBeGreaterThanOrEqual(400);
});

it('says how to build the UI where it is missing', async () => {
  const { ask } = await openPeopleHub();
  const answer = await ask({ path: '/', headers: { accept: 'text/html' } });
  expect([answer.status, detailOf(answer.body)]).toEqual([404, expect.stringContaining('npm run build')]);
});

it('hands a check on with who asks, and tells it when they hang up', async () => {
  const {
    services,
    json,
    port,
    services: { access },
  } = await openPeopleHub();
  const asked: unknown[] = [];
  services.checks.check = async (request, by, signal) => {
    asked.push(request, by.reach);
    if (request.app.name === 'slow') {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      asked.push('hung up');
    }
    return {
      ...{ ok: true, reading: null, preview: null, failure: null, lines: [], rows: 1, complete: true },
      ...{ node: { id: 'a', name: 'bench' }, tookMs: 2 },
    };
  };
  const body = { app: { name: 'digits' }, input: { sha256: '0'.repeat(64), name: 'a.csv' } };
  const answer = await json('POST', '/api/v1/checks', { ...body, reading: { header: null } });
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body)).toMatchObject({ ok: true, node: { name: 'bench' } });
  expect(asked.splice(0)).toEqual([
    { ...body, input: { ...body.input, excerpt: false }, reading: { header: null } },
    'all',
  ]);
  const leaving = request({
    ...{ host: '127.0.0.1', port, method: 'POST', path: '/api/v1/checks', agent: false },
    headers: { authorization: `Bearer ${access.token}`, 'content-type': 'application/json' },
  });
  leaving.on('error', () => undefined);
  leaving.end(JSON.stringify({ ...body, app: { name: 'slow' } }));
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  leaving.destroy();
  await vi.waitFor(() => expect(asked.at(-1)).toBe('hung up'));
});
