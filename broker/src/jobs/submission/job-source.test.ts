import type { FileReference, TableSource } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { ada, openJobRoom } from '../fixtures/job-room.js';
import { idleMachine } from '../fixtures/machines.js';
import { tinyOnnx } from '../../apps/fixtures/archives.js';

it.each([
  [{ format: 'xlsx' as const }, { decimal: '.' }],
  [
    { format: 'xlsx' as const, textNumbers: true as const },
    { decimal: ',', header: 3 },
  ],
  [{ format: 'json' as const }, { decimal: '.', header: 1, footer: 'none' }],
])('reads what was made of %o as it is known to be', async (made, reading) => {
  const room = await openJobRoom({
    machines: [idleMachine('one', { at: 1_000_000 })],
    tables: { take: async ({ file }) => ({ input: file, source: { file, notes: [], ...made } }) },
  });
  const app = await room.push('model.onnx', tinyOnnx.toString('latin1'));
  await room.apps.remember('model', { decimal: ',', header: 3 });
  const job = await room.api.create(room.request(app, await room.table('a table', 't')), ada);
  expect(job.options.reading).toMatchObject(reading);
  expect((await room.api.rerun(job.id, ada)).options.reading).toEqual(job.options.reading);
});

it('makes no job for whoever is gone once the table has been made', async () => {
  const gone = new AbortController();
  const room = await openJobRoom({
    machines: [idleMachine('one', { at: 1_000_000 })],
    tables: {
      take: async ({ file }) => {
        gone.abort(new Error('gone'));
        return { input: file };
      },
    },
  });
  const app = await room.push('model.onnx', tinyOnnx.toString('latin1'));
  const request = room.request(app, await room.table('a table', 't'));
  await expect(room.api.create(request, ada, { signal: gone.signal })).rejects.toThrow('gone');
  await expect(room.api.createMany([request], ada, gone.signal)).rejects.toThrow('gone');
  expect((await room.api.list({ limit: 10 })).jobs).toEqual([]);
});

it('keeps what a table was made of, with the file, through reruns and searches', async () => {
  const made: { csv?: FileReference } = {};
  const asked: unknown[] = [];
  const room = await openJobRoom({
    machines: [idleMachine('one', { at: 1_000_000 })],
    tables: {
      take: async ({ file, sheet, personId }) => {
        asked.push([file.name, sheet, personId]);
        const source = { file, format: 'xlsx' as const, sheet: 'S', sheets: ['S', 'T'], notes: ['A note.'] };
        return { input: { ...(made.csv ?? file), name: 'towns.csv' }, source };
      },
    },
  });
  const app = await room.push('model.onnx', tinyOnnx.toString('latin1'));
  await room.apps.remember('model', { decimal: ',', aside: ['id'] });
  const workbook = await room.table('a workbook', 'towns.xlsx');
  made.csv = await room.table('x\n1\n', 'towns.csv');
  const request = room.request(app, workbook);
  const job = await room.api.create({ ...request, input: { ...request.input, sheet: 's' } }, ada);
  const source: TableSource = { file: workbook, format: 'xlsx', sheet: 'S', notes: ['A note.'] };
  expect(job).toMatchObject({ input: made.csv, source });
  expect(job.source).toEqual(source);
  expect(job.options.reading).toEqual({ aside: ['id'], encoding: 'utf-8', delimiter: ',', decimal: '.' });
  expect(asked).toEqual([['towns.xlsx', 's', ada.id]]);
  expect(await room.repository.files()).toContain(workbook.sha256);

  const again = await room.api.rerun(job.id, ada);
  expect(again).toMatchObject({ input: made.csv, source, options: { reading: job.options.reading } });
  expect(asked).toHaveLength(1);
  expect((await room.api.provenance(job.id)).provenance.source).toEqual(source);
});
