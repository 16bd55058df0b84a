import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FileList } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { createJobFileLists } from '../jobs/files/file-lists.js';
import { createJobFiles } from '../jobs/files/job-files.js';
import type { JobDocument } from '../jobs/job-document.js';
import { storedJob } from '../jobs/store/fixtures/stored-jobs.js';
import { openPeopleHub } from './fixtures/people-hub.js';

const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), randomBytes(50)]);
const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
const contents: Record<string, Buffer | string> = {
  'plots/Ärger & Söhne (2) größe.csv': 'name;value\nÄ;1,5\n',
  'plots/a.png': png,
  'plots/b.svg': svg,
  'report.html': '<script>alert(1)</script>',
  'not-really.png': '<html><script>alert(1)</script>',
  'rows.json': '[{"a": 1, "b": "x"}, {"a": 2}]',
  'metrics.json': '{"accuracy": 0.93, "val": {"f1": NaN}}',
  'model.bin': Buffer.from([0, 1, 2]),
};

/** A hub with one job of Anna's whose run left `contents`. */
async function openFiles(change: (job: JobDocument) => JobDocument = (job) => job) {
  const hub = await openPeopleHub();
  const { files } = hub.services;
  const put = async (content: Buffer | string) => files.put(Readable.from([Buffer.from(content)]));
  const list: FileList = { files: [], leftOut: { count: 1, examples: [{ name: 'latest', why: 'link' }] } };
  for (const [path, content] of Object.entries(contents)) {
    const { sha256, bytes } = await put(content);
    list.files.push({ path, sha256, bytes });
  }
  const stored = await put(JSON.stringify(list));
  const lists = createJobFileLists({ files });
  const kept = await lists.check({ list: stored, files: list.files.length, bytes: 1 });
  if (kept === null) throw new Error('expected all files to be there');
  const task = {
    index: 0,
    state: 'failed' as const,
    shard: null,
    rows: 1,
    output: null,
    attempts: [],
    retryAt: 0,
  };
  const job = change({
    ...storedJob(1),
    state: 'failed',
    tasks: [{ ...task, files: { ...kept, attemptId: '0000000001-0-1' as never, isPartial: true } }],
  });
  Object.assign(hub.services.jobs, createJobFiles({ find: async () => job, files, lists }));
  hub.calls.jobOwners.set('job', 'anna');
  const headers = { authorization: `Bearer ${hub.services.access.token}` };
  const get = (path: string) => fetch(`${hub.origin}/api/v1/jobs/job/files${path}`, { headers });
  const of = (call: string, path: string) => get(`/${call}?path=${encodeURIComponent(path)}`);
  return { ...hub, get, of, list, lists, stored, kept };
}

it('lists files in pages, with what was left out and why', async () => {
  const { get } = await openFiles();
  const first = (await (await get('?limit=5')).json()) as Record<string, unknown> & { nextCursor: string };
  expect(first).toMatchObject({ count: 8, isPartial: true, leftOut: { count: 1 } });
  const second = (await (await get(`?limit=5&cursor=${first.nextCursor}`)).json()) as typeof first;
  const paths = [first, second].flatMap(({ files }) => (files as { path: string }[]).map(({ path }) => path));
  expect(paths).toEqual(Object.keys(contents).sort());
  expect(second.nextCursor).toBeNull();
});

it('gives every file as an attachment by its name, and tells no browser to open what could run', async () => {
  const { of } = await openFiles();
  const table = await of('content', 'plots/Ärger & Söhne (2) größe.csv');
  expect(await table.text()).toBe('name;value\nÄ;1,5\n');
  expect(table.headers.get('content-disposition')).toContain(
    "filename*=UTF-8''%C3%84rger%20%26%20S%C3%B6hne%20%282%29%20gr%C3%B6%C3%9Fe.csv",
  );
  for (const path of ['report.html', 'plots/b.svg']) {
    const answer = await of('content', path);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment;/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
  }
});

it('shows pictures by what they are, an SVG as one that nothing runs in, and nothing else', async () => {
  const { of } = await openFiles();
  const picture = await of('picture', 'plots/a.png');
  expect(picture.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await picture.arrayBuffer())).toEqual(png);
  const drawing = await of('picture', 'plots/b.svg');
  expect(drawing.headers.get('content-type')).toBe('image/svg+xml');
  expect(drawing.headers.get('content-disposition')).toMatch(/^attachment;/);
  expect(drawing.headers.get('content-security-policy')).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  );
  for (const path of ['not-really.png', 'report.html', 'rows.json'])
    expect((await of('picture', path)).status).toBe(400);
});

it('previews tables, lists of objects and text, and says what is not shown', async () => {
  const { of } = await openFiles();
  const preview = async (path: string) => (await of('preview', path)).json();
  expect(await preview('plots/Ärger & Söhne (2) größe.csv')).toEqual({
    ...{ kind: 'table', header: ['name', 'value'], rows: [['Ä', '1,5']], isCut: false },
  });
  expect(await preview('rows.json')).toMatchObject({
    kind: 'table',
    rows: [
      ['1', 'x'],
      ['2', ''],
    ],
  });
  expect(await preview('report.html')).toMatchObject({ kind: 'text', isJson: false });
  expect(await preview('plots/a.png')).toEqual({ kind: 'picture' });
  expect(await preview('model.bin')).toMatchObject({ kind: 'none' });
});

it('names no file that the job has not, whatever the path leads to', async () => {
  const { of, list } = await openFiles();
  for (const path of [
    '../metrics.json',
    '/etc/passwd',
    list.files[0]?.sha256 ?? '',
    'plots',
    'x'.repeat(510),
  ])
    expect((await of('content', path)).status).toBe(404);
  expect((await of('content', 'x'.repeat(600))).status).toBe(400);
});

it('hands out all of them as one archive', async () => {
  const { get } = await openFiles();
  const answer = await get('/zip');
  expect(answer.headers.get('content-type')).toBe('application/zip');
  const archive = Buffer.from(await answer.arrayBuffer());
  expect(archive.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
  expect(archive.includes(Buffer.from('plots/Ärger & Söhne (2) größe.csv'))).toBe(true);
});

it('puts the files of parts into folders of their own', async () => {
  const { get } = await openFiles((job) => {
    const [task] = job.tasks;
    if (task === undefined) throw new Error('expected a task');
    const shard = { firstRow: 0, rows: 1, file: job.input } as never;
    return {
      ...job,
      tasks: [
        { ...task, shard },
        { ...task, index: 1, shard },
      ],
    };
  });
  const { files } = (await (await get('')).json()) as { files: { path: string }[] };
  expect(files).toHaveLength(16);
  expect(files.map(({ path }) => path)).toContain('part-2/plots/a.png');
});

it('takes no list whose files are not all in the store, and reads the figures of metrics.json', async () => {
  const { services, list, lists, stored, kept } = await openFiles();
  expect(kept.metrics).toEqual({ figures: { accuracy: 0.93, 'val.f1': 'NaN' } });
  expect((await lists.filesOf(stored.sha256)).sort()).toEqual(list.files.map(({ sha256 }) => sha256).sort());
  await services.files.remove(list.files[0]?.sha256 ?? '');
  expect(await lists.check({ list: stored, files: list.files.length, bytes: 1 })).toBeNull();
});
