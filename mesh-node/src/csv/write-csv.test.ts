import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { fileSink } from './table-sink.js';
import { createCsvWriter, quoteField } from './write-csv.js';

async function temporaryFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'meshdeck-csv-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'out.csv');
}

it('writes in the dialect it is given', async () => {
  const path = await temporaryFile();
  const sink = await fileSink(path, `${path}.part`);
  const writer = createCsvWriter({
    sink,
    dialect: { delimiter: ';', lineEnding: '\r\n', bom: true },
    limitBytes: 1000,
  });
  writer.copy(Buffer.from('..a;b..'), 2, 5);
  writer.textField('pre;diction');
  writer.endRow();
  writer.copy(Buffer.from('1;2'), 0, 3);
  writer.floatField(Math.fround(0.1));
  writer.plainField('7');
  writer.endRow();
  await writer.drain();
  await sink.complete();
  expect(await readFile(path, 'utf8')).toBe('\ufeffa;b;"pre;diction"\r\n1;2;0.1;7\r\n');
});

it('stops before the file passes its limit', async () => {
  const path = await temporaryFile();
  const dialect = { delimiter: ',', lineEnding: '\n', bom: false } as const;
  const sink = await fileSink(path, `${path}.part`);
  const writer = createCsvWriter({ sink, dialect, limitBytes: 1_500_000 });
  const row = Buffer.alloc(1_000_000, 'x');
  writer.copy(row, 0, row.length);
  await writer.drain();
  writer.copy(row, 0, row.length);
  await expect(writer.drain()).rejects.toMatchObject({ code: 'app-output-limit' });
  await sink.complete();
  expect((await stat(path)).size).toBe(1_000_000);
});

it('quotes any text so that it reads back the same', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(',', ';', '\t'), (text, delimiter) => {
      const line = `x${delimiter}${quoteField(text, delimiter)}`;
      expect(parse(line, { delimiter })).toEqual([['x', text]]);
    }),
  );
});
