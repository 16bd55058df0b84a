import { open, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { receive, startHash } from '../files/receive.js';
import { createTestStore } from './fixtures/tables.js';
import { createMerger, mergeTables } from './index.js';

async function workshop() {
  const store = await createTestStore();
  onTestFinished(() => store.remove());
  let written = 0;
  const result = async (text: string) => {
    const path = join(store.folder, `result-${written++}`);
    await writeFile(path, text);
    return path;
  };
  const incoming = () => readdir(join(store.folder, 'files', 'incoming'));
  return { ...store, result, incoming };
}

it('merges in order whatever order the results come in', async () => {
  const { files, text, result } = await workshop();
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(11), { minLength: 12, maxLength: 12 }), async (order) => {
      const merger = createMerger({ files, name: 'predictions.csv' });
      for (const index of order) {
        await merger.add({ index, path: await result(`a,prediction\n${index},x\n`), rows: 1 });
      }
      const merged = await merger.finish(12);
      const rows = Array.from({ length: 12 }, (_, index) => `${index},x\n`);
      expect(await text(merged.file.sha256)).toBe(`a,prediction\n${rows.join('')}`);
      expect(merged.rows).toBe(12);
    }),
    { numRuns: 20 },
  );
});

it('takes in what is in order while later shards still run', async () => {
  const { files, result, incoming } = await workshop();
  const merger = createMerger({ files, name: 'p.csv' });
  await merger.add({ index: 1, path: await result('a\n2\n'), rows: 1 });
  expect(merger.merged()).toBe(0);
  await merger.add({ index: 0, path: await result('a\n1\n'), rows: 1 });
  await expect.poll(() => merger.merged()).toBe(2);
  expect(await incoming()).toHaveLength(1);
  await merger.abandon();
  expect(await incoming()).toEqual([]);
});

it('names the shard with too few or too many rows, and takes its next result', async () => {
  const { files, text, result } = await workshop();
  const merger = createMerger({ files, name: 'p.csv' });
  await merger.add({ index: 0, path: await result('a\n1\n2\n'), rows: 2 });
  await expect(merger.add({ index: 1, path: await result('a\n3\n\n'), rows: 2 })).rejects.toMatchObject({
    code: 'app-no-output',
    message: expect.stringMatching(/^Shard 2 has 1 rows in its result and 2 in its input\./) as string,
  });
  await expect(merger.add({ index: 1, path: await result('a\n3\n4\n5\n'), rows: 2 })).rejects.toThrow(
    'Shard 2 has 3 rows in its result and 2 in its input.',
  );
  await merger.add({ index: 1, path: await result('a\n3\n4\n'), rows: 2 });
  const { file } = await merger.finish(2);
  expect(await text(file.sha256)).toBe('a\n1\n2\n3\n4\n');
});

it('names the shards whose columns differ', async () => {
  const { files, result } = await workshop();
  const results = [
    { path: await result('a,p\n1,2\n'), rows: 1 },
    { path: await result('a,q\n1,2\n'), rows: 1 },
  ];
  await expect(mergeTables({ files, name: 'p.csv', results })).rejects.toMatchObject({
    code: 'app-no-output',
    message: expect.stringMatching(/^Shard 2 gave other columns than shard 1/) as string,
    detail: 'a,q in place of a,p',
  });
});

it('refuses results whose rows the model read from other columns', async () => {
  const { files, result } = await workshop();
  const merger = createMerger({ files, name: 'p.csv' });
  onTestFinished(() => merger.abandon());
  const add = async (index: number, column: string) =>
    merger.add({ index, path: await result('y,p\n1,2\n'), rows: 1, columnMap: [{ input: 'x', column }] });
  await add(0, 'y');
  await expect(add(1, 'note')).rejects.toThrow(
    'Shard 2 gave the model other columns of the table than shard 1',
  );
  await add(1, 'y');
  expect((await merger.finish(2)).rows).toBe(2);
});

it.each([
  ['nothing', ''],
  ['zero bytes', '\0\0'],
])('refuses a result of %s', async (_, content) => {
  const { files, result } = await workshop();
  const merger = createMerger({ files, name: 'p.csv' });
  onTestFinished(() => merger.abandon());
  const adding = merger.add({ index: 3, path: await result(content), rows: 1 });
  await expect(adding).rejects.toMatchObject({
    code: 'app-no-output',
    message: expect.stringMatching('Shard 4') as string,
  });
});

it('puts a line ending between results that have none, and none behind the last', async () => {
  const { files, text, result } = await workshop();
  const results = [
    { path: await result('\ufeffa\r\n1'), rows: 1 },
    { path: await result('\ufeffa\r\n2\r\n'), rows: 1 },
    { path: await result('\ufeffa\r\n3'), rows: 1 },
  ];
  const { file } = await mergeTables({ files, name: 'p.csv', results });
  expect(await text(file.sha256)).toBe('\ufeffa\r\n1\r\n2\r\n3');
});

it('says so when the disk of the hub is full', async () => {
  const { result } = await workshop();
  const path = await result(`a\n${'1\n'.repeat(100)}`);
  const full = await open('/dev/full', 'w');
  onTestFinished(() => full.close());
  const files = {
    put: async (stream: AsyncIterable<Uint8Array>) => {
      await receive({ file: full, stream, position: 0, maxBytes: Infinity, running: startHash() });
      throw new Error('The disk was not full.');
    },
  };
  await expect(mergeTables({ files, name: 'p.csv', results: [{ path, rows: 100 }] })).rejects.toMatchObject({
    code: 'disk-full',
    message: expect.stringMatching(/^The hub's disk is full, so the results of the parts/) as string,
  });
});

it('does not put together results that changed after they were looked at', async () => {
  const { files, result, incoming } = await workshop();
  const merger = createMerger({ files, name: 'p.csv' });
  const path = await result('a\n2\n');
  await merger.add({ index: 1, path, rows: 1 });
  await truncate(path, 3);
  await merger.add({ index: 0, path: await result('a\n1\n'), rows: 1 });
  await expect(merger.finish(2)).rejects.toThrow('The result of shard 2 changed on the hub');
  expect(await incoming()).toEqual([]);
});

it('does not finish while a shard is missing', async () => {
  const { files, result } = await workshop();
  const merger = createMerger({ files, name: 'p.csv' });
  onTestFinished(() => merger.abandon());
  await merger.add({ index: 1, path: await result('a\n1\n'), rows: 1 });
  await expect(merger.finish(2)).rejects.toThrow('first one missing is 0');
});
