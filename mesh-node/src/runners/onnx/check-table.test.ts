import type { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkTable } from './check-table.js';
import { loadModel } from './load-model.js';
import { buildRunnerProcess, fixture, runCsv, startTestRunner } from './test-runner.js';

let built: Awaited<ReturnType<typeof buildRunnerProcess>>;
beforeAll(async () => (built = await buildRunnerProcess()));
afterAll(() => built.remove());

const generous = () => ({ timeoutMs: 20_000, signal: new AbortController().signal, complete: true });
const check = (model: string, csv: string, more: { complete?: boolean; timeoutMs?: number } = {}) =>
  startTestRunner(built.modulePath).check({
    ...generous(),
    modelPath: fixture(model),
    table: Buffer.from(csv),
    ...more,
  });

const rowsOf = (count: number, cells = '1,2,3') => `${cells}\n`.repeat(count);

describe('a dry run', () => {
  it('says how the table is read, what feeds the model, and what comes out', async () => {
    const answer = await check('double-matrix', 'id;a;b;c\n7;1;2;3\n8;4;5,5;6\n');
    expect(answer).toMatchObject({
      ok: true,
      failure: null,
      rows: 2,
      complete: true,
      lines: ['id;a;b;c', '7;1;2;3', '8;4;5,5;6'],
      reading: {
        table: { delimiter: ';', headerLine: 1, firstRowLine: 2, columns: ['id', 'a', 'b', 'c'] },
        inputs: [{ columns: ['a', 'b', 'c'], how: 'order' }],
        aside: [{ column: 'id', why: expect.stringMatching(/\w/) }],
        outputs: [{ columns: [expect.stringMatching(/^prediction/)] }],
        told: {},
      },
    });
    expect(answer.preview?.columns.slice(0, 4)).toEqual(['id', 'a', 'b', 'c']);
    expect(answer.preview?.rows.map((row) => row[0])).toEqual(['7', '8']);
    expect(answer.preview?.rows[0]).toHaveLength(answer.preview?.columns.length ?? 0);
  });

  it('predicts what a run of the same rows predicts, to the digit', async () => {
    const csv = `x0,x1,x2\n${rowsOf(30, '0.1,-2.5,3e-7')}`;
    const answer = await check('softmax', csv);
    const { lines, result } = await runCsv({
      runner: startTestRunner(built.modulePath),
      model: 'softmax',
      csv,
    });
    const [header, ...rows] = lines;
    expect(answer.preview?.columns).toEqual(header);
    expect(answer.preview?.rows).toEqual(rows.slice(0, 20));
    expect(answer.reading).toEqual(result.reading);
  });

  it('gives a refusal with the structure of the table, and the inputs that no columns were found for', async () => {
    const answer = await check('double-matrix', 'id,a\n1,2\n');
    expect(answer).toMatchObject({
      ok: false,
      failure: { code: 'csv-column-mismatch' },
      preview: null,
      reading: { table: { columns: ['id', 'a'] }, inputs: [{ how: 'open', width: 3 }], outputs: [] },
      lines: ['id,a', '1,2'],
    });
  });

  it('finds a cell that cannot be read far below the rows it predicts, and shows those all the same', async () => {
    const answer = await check('double-matrix', `a,b,c\n${rowsOf(500)}1,two,3\n`);
    expect(answer.failure).toMatchObject({ code: 'csv-value-invalid' });
    expect(answer.failure?.message).toContain('Line 502');
    expect(answer.preview?.rows).toHaveLength(20);
  });

  it('lets the model work on the first rows only, and reads them all', async () => {
    const model = await loadModel({ path: fixture('double-matrix'), threads: 1 });
    const given: number[] = [];
    const run = model.session.run.bind(model.session);
    vi.spyOn(model.session, 'run').mockImplementation((feeds: InferenceSession.FeedsType) => {
      for (const tensor of Object.values(feeds)) given.push(tensor.dims[0] ?? 0);
      return run(feeds);
    });
    const table = Buffer.from(`a,b,c\n${rowsOf(5000)}`);
    const answer = await checkTable({ ...generous(), model, table, complete: false });
    expect(answer).toMatchObject({ ok: true, rows: 5000, complete: false });
    expect(given.filter((rows) => rows > 2)).toEqual([64]);
  });

  it('cuts what a very wide table would show, and says how much is missing', async () => {
    const names = Array.from({ length: 5000 }, (_, at) => `column_${at}`);
    const answer = await check(
      'dynamic-features',
      `${names.join(',')}\n${names.map((_, at) => at).join(',')}\n`,
    );
    const { table, inputs } = answer.reading ?? {};
    expect((table?.columns.length ?? 0) + (table?.columnsLeftOut ?? 0)).toBe(5000);
    expect((inputs?.[0]?.columns.length ?? 0) + (inputs?.[0]?.columnsLeftOut ?? 0)).toBe(5000);
    expect(table?.columns.length).toBeLessThan(1000);
    const { columns, columnsLeftOut = 0, rows } = answer.preview ?? { columns: [], rows: [] };
    expect(columns.length + columnsLeftOut).toBeGreaterThan(5000);
    expect(rows[0]).toHaveLength(columns.length);
    expect(columns.at(-1)).toMatch(/^prediction/);
  });

  it('does not wait for a run that has the only process, and leaves the next a warm one', async () => {
    const runner = startTestRunner(built.modulePath);
    const stop = new AbortController();
    const endless = runCsv({ runner, model: 'endless', csv: 'x\n1\n', signal: stop.signal }).catch(
      (error: unknown) => error,
    );
    const answer = await runner.check({
      ...generous(),
      modelPath: fixture('double-matrix'),
      table: Buffer.from('a,b,c\n1,2,3\n'),
    });
    expect(answer.ok).toBe(true);
    expect(runner.loaded()).toContain(fixture('double-matrix'));
    stop.abort();
    expect(await endless).toMatchObject({ code: 'cancelled' });
  });

  it('fails as the model deserves, where there is none', async () => {
    await expect(check('no-such-model', 'a\n1\n')).rejects.toMatchObject({ code: 'not-found' });
  });
});
