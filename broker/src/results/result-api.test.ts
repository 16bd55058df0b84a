import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshdeckError, resultSummarySchema, type JobView } from '@meshdeck/shared';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildThread } from '../fixtures/build-thread.js';
import { fileOf, temporaryFolder, untilDone } from './fixtures/summarize-text.js';
import { createResultReader } from './reader.js';
import { createResultApi } from './result-api.js';
import { createSummaryStore } from './summary-store.js';

const logger = pino({ level: 'silent' });
let thread: Awaited<ReturnType<typeof buildThread>>;
beforeAll(async () => {
  thread = await buildThread('results/read-thread');
});
afterAll(() => thread.remove());

const admin = { id: 'boss', reach: 'all' } as const;
const anna = { id: 'anna', reach: 'own' } as const;
const rowsQuery = { offset: 0, limit: 10 };

interface JobSketch {
  id: string;
  owner?: string;
  /** Whose app of that name it ran, and its content. */
  app?: { ref?: string; bundle?: string };
  input: string;
  result: string;
  labelColumn?: string;
  options?: object;
  verifies?: string;
}

/** Results of jobs that ended in this order. */
async function openResults(sketches: readonly JobSketch[]) {
  const folder = await temporaryFolder();
  const files = join(folder, 'files');
  const jobsFolder = join(folder, 'jobs');
  await mkdir(files);
  const jobs = new Map<string, JobView>();
  for (const [index, sketched] of sketches.entries()) {
    const { id, owner = 'anna', input, result, options = {}, app = {}, ...rest } = sketched;
    const put = async (content: string, name: string) => {
      const sha256 = Buffer.from(content).toString('hex').slice(-64).padStart(64, '0');
      await copyFile(await fileOf(content), join(files, sha256));
      return { sha256, bytes: Buffer.byteLength(content), name };
    };
    jobs.set(id, {
      ...rest,
      id,
      name: `job ${id}`,
      owner,
      state: 'succeeded',
      app: {
        name: 'app',
        ref: app.ref,
        title: 'App',
        version: '1',
        runtime: 'onnx',
        bundle: { sha256: app.bundle ?? index.toString(), bytes: 0, name: '' },
      },
      input: await put(input, 'table.csv'),
      output: await put(result, 'predictions.csv'),
      rows: null,
      createdAt: index + 1,
      options,
      tasks: [],
    } as unknown as JobView);
  }
  const reads: string[] = [];
  let onRead = (): unknown => undefined;
  const reader = createResultReader({ modulePath: thread.modulePath, logger });
  onTestFinished(() => reader.stop());
  const get = async (id: string) => jobs.get(id) ?? Promise.reject(new MeshdeckError('not-found', 'No job.'));
  const services = createResultApi({
    jobs: {
      get,
      ownerOf: async (id) => (await get(id)).owner,
      output: async (id) => {
        const { output } = await get(id);
        if (output === null) throw new MeshdeckError('conflict', 'The job is not finished yet.');
        return { path: join(files, output.sha256), name: output.name, bytes: output.bytes };
      },
      list: async ({ owner, before = Infinity, limit, app }) => ({
        jobs: [...jobs.values()]
          .filter(
            (job) =>
              (owner === undefined || job.owner === owner) && job.createdAt < before && job.app.name === app,
          )
          .sort((a, b) => b.createdAt - a.createdAt)
          .slice(0, limit),
        nextBefore: null,
      }),
    },
    files: { has: async () => true, locate: async (sha256) => join(files, sha256) },
    manifestOf: async () =>
      ({ sample: { input: 'x', labelColumn: sketches[0]?.labelColumn } }) as Awaited<
        ReturnType<Parameters<typeof createResultApi>[0]['manifestOf']>
      >,
    reader: {
      ...reader,
      ask(request, signal) {
        if (request.kind === 'summary') reads.push(request.question.path);
        onRead();
        return reader.ask(request, signal);
      },
    },
    store: createSummaryStore({ dir: jobsFolder, logger }),
  });
  return { services, reads, jobs, jobsFolder, onRead: (called: () => unknown) => (onRead = called) };
}

const inputOf = (count: number, mean: number) =>
  `id,x,label\n${Array.from({ length: count }, (_, row) => `${row},${mean + (row % 17) / 3},${row % 2 === 0 ? 'a' : 'b'}`).join('\n')}\n`;
const resultOf = (input: string) =>
  `${input
    .trimEnd()
    .replace('id,x,label', 'id,x,label,prediction')
    .replaceAll(/\n(.*)/g, '\n$1,a')}\n`;
const sketch = (id: string, mean: number, more: Partial<JobSketch> = {}): JobSketch => ({
  id,
  input: inputOf(60, mean),
  result: resultOf(inputOf(60, mean)),
  ...more,
});

describe('a summary', () => {
  it("takes the truth that the app's manifest names, the job's own before it, and what is asked before both", async () => {
    const { services } = await openResults([sketch('one', 0, { labelColumn: 'label' })]);
    const byApp = await services.summary('one', {}, anna, untilDone);
    expect(resultSummarySchema.parse(byApp)).toEqual(byApp);
    expect(byApp).toMatchObject({
      truth: { named: 'app', column: { name: 'label' } },
      worth: { accuracy: 0.5 },
    });
    expect((await services.summary('one', { truth: 'none' }, anna, untilDone)).worth).toBeNull();
    const told = await openResults([
      sketch('one', 0, { labelColumn: 'label', options: { reading: { truth: 'id' } } }),
    ]);
    expect(await told.services.summary('one', {}, anna, untilDone)).toMatchObject({
      truth: { named: 'job', column: { name: 'id' } },
    });
    expect(await told.services.summary('one', { truth: 'label' }, anna, untilDone)).toMatchObject({
      truth: { named: 'asked', column: { name: 'label' } },
    });
  });

  it('is read once and kept beside the job, for each truth; several who ask at once wait for one reading', async () => {
    const { services, reads, jobsFolder } = await openResults([sketch('one', 0)]);
    const ask = (truth?: string) =>
      services.summary('one', truth === undefined ? {} : { truth }, anna, untilDone);
    const [first, ...others] = await Promise.all([ask(), ask(), ask()]);
    expect(others).toEqual([first, first]);
    expect(reads).toHaveLength(1);
    expect((await readdir(join(jobsFolder, 'one'))).sort()).toEqual(['profile.json', 'summary.json']);
    expect(await ask()).toEqual(first);
    await ask('label');
    expect(await ask('label')).toMatchObject({ worth: { rows: 60 } });
    expect(reads).toHaveLength(2);
  });

  it('is made again where what was kept is damaged, or of another version', async () => {
    const { services, reads, jobsFolder } = await openResults([sketch('one', 0)]);
    const first = await services.summary('one', {}, anna, untilDone);
    await writeFile(join(jobsFolder, 'one', 'summary.json'), '{"version":1,"variants":[{');
    expect(await services.summary('one', {}, anna, untilDone)).toEqual(first);
    await writeFile(join(jobsFolder, 'one', 'profile.json'), '{"version":0}');
    expect(await services.summary('one', {}, anna, untilDone)).toEqual(first);
    expect(reads).toHaveLength(3);
  });

  it('leaves nothing behind of a job that was removed meanwhile', async () => {
    const opened = await openResults([sketch('one', 0)]);
    opened.onRead(() => opened.jobs.delete('one'));
    await opened.services.summary('one', { against: 'one' }, anna, untilDone).catch(() => undefined);
    expect(opened.reads).toHaveLength(1);
    expect(await readdir(opened.jobsFolder)).toEqual([]);
  });

  it('answers a job without a result, and a damaged one, as what they are', async () => {
    const { services, jobs } = await openResults([
      sketch('one', 0),
      { id: 'open', input: 'a\n1\n', result: 'a,prediction\n1,"x\n' },
    ]);
    await expect(services.summary('open', {}, anna, untilDone)).rejects.toMatchObject({
      code: 'csv-malformed',
    });
    await expect(services.rows('none', rowsQuery, anna, untilDone)).rejects.toMatchObject({
      code: 'not-found',
    });
    const job = jobs.get('one');
    if (job !== undefined) jobs.set('one', { ...job, output: null });
    await expect(services.summary('one', {}, anna, untilDone)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('drift', () => {
  it("is against the same person's earlier tables of the app, read where nobody has looked at them yet", async () => {
    const { services, reads } = await openResults([
      sketch('bens', 500, { owner: 'ben' }),
      sketch('first', 0),
      sketch('again', 100, { verifies: 'x' }),
      sketch('second', 0.01),
      sketch('now', 30),
      sketch('later', 900),
    ]);
    const { drift } = await services.summary('now', {}, anna, untilDone);
    expect(drift.jobs.map(({ id }) => id)).toEqual(['second', 'first']);
    expect(drift.columns.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/^Column "x" moved: median 2\.\d+ → 32\.\d+\.$/),
    ]);
    expect(reads).toHaveLength(3);
    await services.summary('now', {}, anna, untilDone);
    expect(reads).toHaveLength(3);
  });

  it('is against the same app, not another that somebody calls by that name', async () => {
    const { services } = await openResults([
      sketch('same content', 1, { app: { ref: 'ben/app', bundle: 'x' } }),
      sketch('other app', 500, { app: { ref: 'ben/app', bundle: 'y' } }),
      sketch('older version', 2, { app: { ref: 'lab/app', bundle: 'w' } }),
      sketch('now', 0, { app: { ref: 'lab/app', bundle: 'x' } }),
    ]);
    const { drift } = await services.summary('now', {}, anna, untilDone);
    expect(drift.jobs.map(({ id }) => id)).toEqual(['older version', 'same content']);
  });

  it('is none against the same table once more', async () => {
    const { services } = await openResults([sketch('first', 0), sketch('now', 0)]);
    expect((await services.summary('now', {}, anna, untilDone)).drift).toMatchObject({
      jobs: [],
      sentence: 'There is no earlier table of this app to compare with.',
    });
  });

  it("is against the lab's where the person has none, for those who may see all alone", async () => {
    const sketches = [sketch('bens', 30, { owner: 'ben' }), sketch('now', 0)];
    const { services } = await openResults(sketches);
    expect((await services.summary('now', {}, anna, untilDone)).drift.jobs).toEqual([]);
    expect((await services.summary('now', {}, admin, untilDone)).drift.jobs).toMatchObject([{ id: 'bens' }]);
  });

  it('is against one job that is chosen', async () => {
    const { services } = await openResults([sketch('first', 0), sketch('now', 0.02), sketch('later', 50)]);
    const { drift } = await services.summary('now', { against: 'later' }, anna, untilDone);
    expect(drift.jobs).toMatchObject([{ id: 'later', name: 'job later', rows: 60 }]);
    expect(drift.columns).toHaveLength(1);
  });
});

describe('the thread', () => {
  it('answers pages while it sums up, and forgets what nobody waits for', async () => {
    const { services } = await openResults([sketch('one', 0)]);
    const gone = new AbortController();
    const reason = new MeshdeckError('cancelled', 'Gone.');
    const asked = services.summary('one', {}, anna, gone.signal);
    gone.abort(reason);
    await expect(asked).rejects.toBe(reason);
    expect((await services.rows('one', rowsQuery, anna, untilDone)).rows).toHaveLength(10);
  });

  it('that dies fails what it was at in a sentence, and starts again', async () => {
    const dying = join(await temporaryFolder(), 'dying.mjs');
    await writeFile(
      dying,
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(3));",
    );
    const reader = createResultReader({ modulePath: dying, logger });
    onTestFinished(() => reader.stop());
    const file = { path: 'x', sha256: 'x', inputPath: null };
    for (let time = 0; time < 2; time++) {
      await expect(reader.ask({ kind: 'rows', file, query: rowsQuery }, untilDone)).rejects.toMatchObject({
        code: 'internal',
        detail: 'exit code 3',
      });
    }
  });

  it('that runs out of memory says to download the result', async () => {
    const greedy = join(await temporaryFolder(), 'greedy.mjs');
    await writeFile(
      greedy,
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { const all = []; for (;;) all.push(Array.from({ length: 1e5 }, (_, at) => ({ at }))); });",
    );
    const reader = createResultReader({ modulePath: greedy, logger, heapMb: 32 });
    onTestFinished(() => reader.stop());
    const file = { path: 'x', sha256: 'x', inputPath: null };
    await expect(reader.ask({ kind: 'rows', file, query: rowsQuery }, untilDone)).rejects.toMatchObject({
      code: 'too-large',
    });
  });
});
