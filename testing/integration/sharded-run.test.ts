import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import type { TableForm } from '@meshdeck/shared/csv';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createFileStore, type FileStore } from '../../broker/src/files/index.js';
import { anySplit, anyTable, bytesOf } from '../../broker/src/tables/fixtures/tables.js';
import {
  mergeTables,
  openShard,
  openTable,
  resultRows,
  splitTable,
  tableEvidence,
} from '../../broker/src/tables/index.js';
import { buildRunnerProcess, runCsv, startTestRunner } from '../../mesh-node/src/runners/onnx/test-runner.js';
import { copyEmptyRows } from '../../mesh-node/src/csv/empty-rows.js';
import { anyForm, anyTypedTable, renderForm } from '../../mesh-node/src/csv/fixtures/random-forms.js';
import { openCsv } from '../../mesh-node/src/csv/read-csv.js';
import { memorySink } from '../../mesh-node/src/csv/table-sink.js';
import { fileSource, memorySource } from '../../mesh-node/src/csv/table-source.js';
import { createCsvWriter } from '../../mesh-node/src/csv/write-csv.js';

let folder: string;
let files: FileStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshdeck-shards-'));
  files = await createFileStore({ dir: join(folder, 'files'), logger: pino({ level: 'silent' }) });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Cuts a table, runs each shard, and merges the results. */
async function runInShards(
  input: Buffer,
  rowCounts: number[],
  run: (shard: Buffer, form?: TableForm) => Promise<Buffer>,
): Promise<Buffer> {
  const source = await files.put(bytesOf(input), { name: 'input.csv' });
  const table = await openTable({ path: await files.locate(source.sha256) });
  const form = table.form === null ? undefined : { ...table.form, footerBytes: 0 };
  const results: { path: string; rows: number }[] = [];
  for await (const shard of splitTable({ table, source, rowCounts })) {
    const path = join(folder, randomUUID());
    await writeFile(path, await run(await buffer(openShard(table.path, shard).stream), form));
    results.push({ path, rows: resultRows(shard) });
  }
  const { file } = await mergeTables({
    ...{ files, name: 'predictions.csv', results },
    delimiter: form?.delimiter,
  });
  return readFile(await files.locate(file.sha256));
}

/** Every row as the agent's reader has it, with its number of bytes behind it, through the agent's writer. */
async function measureRows(input: Buffer, form?: TableForm): Promise<Buffer> {
  const reader = await openCsv({
    source: memorySource(input),
    chunkBytes: 64,
    ...(form !== undefined && { form }),
  });
  const sink = memorySink(1e6);
  const writer = createCsvWriter({ sink, dialect: reader.dialect, limitBytes: 1e6 });
  writer.copy(reader.headerBytes, 0, reader.headerBytes.length);
  writer.textField('bytes');
  writer.endRow();
  for await (const block of reader.blocks()) {
    const { rows, raw, rowStarts, rowEnds } = block;
    let empty = 0;
    for (let row = 0; row < rows; row++) {
      empty = copyEmptyRows(block, empty, row, writer, 1);
      const [start, end] = [rowStarts[row] as number, rowEnds[row] as number];
      writer.copy(raw, start, end);
      writer.floatField(end - start);
      writer.endRow();
    }
    copyEmptyRows(block, empty, rows, writer, 1);
  }
  await writer.drain();
  return sink.bytes();
}

describe('a table run in shards', () => {
  it('has the rows that the agent reads, for any table', async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, async ({ text, rows, records }) => {
        const path = join(folder, 'count.csv');
        await writeFile(path, text);
        const reader = await openCsv({ source: await fileSource(path), chunkBytes: 16 });
        let [read, empty] = [0, 0];
        for await (const block of reader.blocks()) {
          read += block.rows;
          empty += block.empty.before.length;
        }
        await reader.close();
        expect(await openTable({ path })).toMatchObject({ rows: read, records: read + empty });
        expect([read, read + empty]).toEqual([rows, records]);
      }),
      { numRuns: 200 },
    );
  });

  it("gives the bytes of a one-machine run through the agent's reader and writer", async () => {
    const split = anyTable.chain((table) =>
      anySplit(table.rows).map((counts) => ({ input: Buffer.from(table.text), counts })),
    );
    await fc.assert(
      fc.asyncProperty(split, async ({ input, counts }) => {
        const sharded = await runInShards(input, counts, measureRows);
        expect(sharded.equals(await measureRows(input))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('gives the same bytes in whatever form the table is written', async () => {
    let split = 0;
    await fc.assert(
      fc.asyncProperty(anyTypedTable, anyForm, async (typed, form) => {
        const { bytes } = renderForm(typed, form);
        const whole = await measureRows(bytes).catch(() => null);
        if (whole === null) return;
        const source = await files.put(bytesOf(bytes), { name: 'input.csv' });
        const { rows, indivisible } = await openTable({ path: await files.locate(source.sha256) });
        if (indivisible !== null || rows < 2) return;
        split++;
        expect((await runInShards(bytes, [1, rows - 1], measureRows)).equals(whole)).toBe(true);
      }),
      { numRuns: 100 },
    );
    expect(split).toBeGreaterThan(5);
  });

  it('knows how numbers are written in all of the table, on the hub as on a machine', async () => {
    const cells = [
      '1,5',
      '2.5',
      '1.250',
      '"1,250.5"',
      '12 %',
      '€ 5',
      'x',
      '',
      'NA',
      '7',
      "1'000",
      '2020-01-05',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...cells), fc.constantFrom(...cells)), {
          minLength: 3,
          maxLength: 30,
        }),
        fc.constantFrom('utf8', 'latin1'),
        async (rows, encoding) => {
          const text = `a;b;ort\n${rows.map(([a, b], at) => `${a};${b};ü${at}\n`).join('')}`;
          const path = join(folder, 'evidence.csv');
          await writeFile(path, Buffer.from(text.replaceAll('€', '$'), encoding as BufferEncoding));
          const told = { header: 1 };
          const reader = await openCsv({ source: await fileSource(path), told, chunkBytes: 50 });
          const own = await reader.evidence();
          await reader.close();
          expect(await tableEvidence(await openTable({ path, told }))).toEqual(own);
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    ['sixteen', 16, ',', '\n', ''],
    ['zipmap-strings', 3, ';', '\r\n', '\ufeff'],
    ['softmax', 3, '\t', '\n', ''],
  ])(
    'gives the bytes of a one-machine run of the model %s',
    async (model, columns, delimiter, ending, bom) => {
      const { modulePath, remove } = await buildRunnerProcess();
      onTestFinished(remove);
      const runner = startTestRunner(modulePath);
      const cell = (row: number, column: number) => ((Math.sin(row * 31 + column) * 1e4) % 7).toFixed(3);
      const rows = Array.from({ length: 9000 }, (_, row) => {
        const note = row % 5 === 0 ? `"row ""${row}""${delimiter}${ending}"` : `row ${row}`;
        const cells = [note, ...Array.from({ length: columns }, (_, column) => cell(row, column))];
        return cells.join(delimiter) + ending.repeat(row % 1000 === 0 ? 2 : 1);
      });
      const names = ['note', ...Array.from({ length: columns }, (_, column) => `x${column}`)];
      const table = `${bom}${names.join(delimiter)}${ending}${rows.join('')}`.slice(0, -ending.length);
      const run = async (csv: Buffer, form?: TableForm) =>
        Buffer.from((await runCsv({ runner, model, csv, ...(form !== undefined && { form }) })).text);
      const input = Buffer.from(table);
      const sharded = await runInShards(input, [1, 2047, 3000, 100, 3852], run);
      expect(sharded.equals(await run(input))).toBe(true);
    },
  );
});
