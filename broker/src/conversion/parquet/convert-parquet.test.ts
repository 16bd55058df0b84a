import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { convertText, fileOf, fixturePath } from '../fixtures/convert-text.js';
import { convertParquet, convertWithin } from './convert-parquet.js';

const convert = (name: string) => convertText(convertParquet, fixturePath(name));

it('gives whole numbers and decimals in all digits, floats in few, times as ISO, and names what it leaves out', async () => {
  const { lines, notes } = await convert('types.parquet');
  expect(lines).toEqual([
    'id,amount,x,f,name,raw,day,local,utc,ok,u,Name',
    '9007199254740993,12345678901234567.89,0.1,0.1,"Köln, Rhein",bytes,2024-02-29,2024-03-05T13:45:10.25,2024-03-05T13:45:00Z,True,18446744073709551615,upper',
    '-9223372036854775808,,NaN,,"say ""x""",,1969-12-31,,,,0,case',
    ',-0.10,1e+300,-2.5,,é,,1969-12-31T23:59:59,,False,,too',
  ]);
  expect(notes).toEqual([
    'Left out, since their cells hold no single number, text or time: "tags", "place".',
    'Bytes without a type, taken as UTF-8 text: "raw".',
  ]);
});

it('leaves out the labels of rows that pandas writes', async () => {
  const { lines, notes } = await convert('indexed.parquet');
  expect(lines).toEqual(['a,b,c', '1.0,2.0,3.0', '10.0,20.0,30.5']);
  expect(notes).toEqual(['Left out as the labels that pandas has for rows: "__index_level_0__".']);
});

it('keeps a row whose only value is missing', async () => {
  expect((await convert('one-column.parquet')).lines).toEqual(['n', '1', '""', '3']);
});

it('reads a file whatever its folder is called', async () => {
  const folder = join(dirname(await fileOf('x')), "it's [a] *?=1");
  await mkdir(folder);
  await copyFile(fixturePath('one-column.parquet'), join(folder, 'n'));
  expect((await convertText(convertParquet, join(folder, 'n'))).lines).toEqual(['n', '1', '""', '3']);
});

it.each([
  ['lists-only.parquet', 'has no column with one value in each row: "tags"'],
  ['bytes.parquet', 'has a column of bytes that are no text'],
])('refuses %s', async (name, words) => {
  await expect(convert(name)).rejects.toThrow(words);
});

it('says that reading takes too much memory, not that the file is damaged', async () => {
  const folder = dirname(await fileOf('x'));
  const path = join(folder, 'wide.parquet');
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT repeat('x' || i, 8000) AS t FROM range(1000) r(i)) TO '${path}' (FORMAT parquet, COMPRESSION uncompressed)`,
  );
  connection.closeSync();
  const within = (mostMb: number) => convertText((source, csv) => convertWithin(source, csv, mostMb), path);
  expect((await within(512)).lines).toHaveLength(1001);
  await expect(within(4)).rejects.toMatchObject({
    code: 'too-large',
    message: expect.stringMatching(
      /^Reading wide.parquet takes more memory than the hub gives to that \(4 MB\)/,
    ) as string,
  });
});

it('says that a file is cut off, encrypted or damaged', async () => {
  const whole = await readFile(fixturePath('types.parquet'));
  const refusal = async (content: Buffer) => convertText(convertParquet, await fileOf(content, 't.parquet'));
  await expect(refusal(whole.subarray(0, 2000))).rejects.toThrow('its end is missing');
  const encrypted = Buffer.concat([Buffer.from('PARE'), whole.subarray(4, -4), Buffer.from('PARE')]);
  await expect(refusal(encrypted)).rejects.toThrow('encrypted Parquet file');
  const damaged = Buffer.from(whole);
  damaged.fill(0xff, whole.length - 200, whole.length - 8);
  await expect(refusal(damaged)).rejects.toThrow('cannot be read as Parquet');
});
