import { readFileSync } from 'node:fs';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { appManifestSchema, type AppManifest } from '@meshdeck/shared';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openRepository } from '../apps/fixtures/repository.js';
import { zip } from '../apps/fixtures/archives.js';
import { buildThread } from '../fixtures/build-thread.js';
import { createUploadQuota } from '../files/upload-quota.js';
import { createTableConversions } from './conversions.js';
import { fixturePath } from './fixtures/convert-text.js';

let child: Awaited<ReturnType<typeof buildThread>>;
beforeAll(async () => {
  child = await buildThread('conversion/convert-child');
}, 60_000);
afterAll(() => child.remove());

const manifest = (over: Partial<AppManifest> = {}) => ({
  name: 'digits',
  manifest: { ...appManifestSchema.parse({ name: 'digits', runtime: 'onnx', entry: 'm.onnx' }), ...over },
});
const script = { runtime: 'python' } as const;

/** The real process, and a real store; quota and owners are noted. */
async function open(limits = { seconds: 60, heapMb: 256 }, mostBytes = Infinity) {
  const { files, folder: dir } = await openRepository();
  onTestFinished(() => files.stop());
  const owned: string[] = [];
  const kept = new Map<string, number>();
  const quota = createUploadQuota({
    limitsOf: (personId) => ({
      maxUploadBytes: mostBytes,
      maxStoredBytes: personId === 'small' ? 10 : null,
    }),
    fileOwners: { bytesOf: (personId) => kept.get(personId) ?? 0 },
    mostBytes: Infinity,
  });
  let made = 0;
  const tables = createTableConversions({
    files,
    fileOwners: {
      add: async ({ sha256, bytes }, personId) => {
        owned.push(`${personId} ${sha256}`);
        kept.set(personId, (kept.get(personId) ?? 0) + bytes);
      },
      has: (sha256, personId) => owned.includes(`${personId} ${sha256}`),
    },
    quota: {
      take: (upload, work) => {
        if (upload.unpacks) made += 1;
        return quota.take(upload, work);
      },
    },
    limits,
    modulePath: child.modulePath,
  });
  onTestFinished(() => tables.stop());
  const put = async (content: Buffer | string, name: string) =>
    files.putBytes(Buffer.from(content), { name });
  const take = async (
    content: Buffer | string,
    name: string,
    {
      sheet,
      app = manifest(),
      personId = 'ada',
    }: { sheet?: string; app?: ReturnType<typeof manifest>; personId?: string } = {},
  ) => tables.take({ file: await put(content, name), sheet, app, personId });
  const read = async (sha256: string) =>
    Buffer.concat(await (await files.open(sha256)).stream.toArray()).toString();
  return { files, dir, tables, owned, take, read, made: () => made };
}
const workbook = readFileSync(fixturePath('two-sheets.xlsx'));
const asked = { sheet: 'Values 2024' };

/** A workbook of one sheet, or with texts, made byte by byte. */
const bomb = (part: string, data: Buffer) =>
  zip(
    [
      {
        name: '_rels/.rels',
        data: '<R><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></R>',
      },
      {
        name: 'xl/workbook.xml',
        data: '<w><sheets><sheet name="S" r:id="s"/></sheets></w>',
      },
      {
        name: 'xl/_rels/workbook.xml.rels',
        data: '<R><Relationship Id="s" Type="x/worksheet" Target="s.xml"/><Relationship Id="t" Type="x/sharedStrings" Target="t.xml"/></R>',
      },
      { name: 'xl/s.xml', data: '<w><sheetData><row><c><v>1</v></c></row></sheetData></w>' },
      { name: 'xl/t.xml', data: '<sst/>' },
    ].map((entry) => (entry.name === part ? { ...entry, data, compress: true } : entry)),
  );

describe('a table', () => {
  it('is made of a sheet once, belongs to whoever asks, and is called like the file', async () => {
    const { take, read, owned, made } = await open();
    const { input, source } = await take(workbook, 'Ärger.2024.xlsx', asked);
    expect(input.name).toBe('Ärger.2024.csv');
    expect(await read(input.sha256)).toBe('a,b,c\n1,2,3\n10,20,30.5\n');
    expect(source).toMatchObject({
      file: { name: 'Ärger.2024.xlsx', bytes: workbook.length },
      format: 'xlsx',
      sheet: 'Values 2024',
      sheets: ['Notes', 'Values 2024'],
    });
    const again = await take(workbook, 'Ärger.2024.xlsx', { ...asked, personId: 'bob' });
    expect(again.input).toEqual(input);
    expect(made()).toBe(1);
    expect(owned).toEqual([`ada ${input.sha256}`, `bob ${input.sha256}`]);
  });

  it('counts for whoever asks later like an upload of theirs, and is kept from the collection anew', async () => {
    const { take, files, owned } = await open();
    const { input } = await take(workbook, 'w.xlsx', asked);
    await expect(take(workbook, 'w.xlsx', { ...asked, personId: 'small' })).rejects.toMatchObject({
      code: 'limit-reached',
    });
    expect(owned).toEqual([`ada ${input.sha256}`]);
    const dayOld = async () =>
      utimes(await files.locate(input.sha256), new Date(), Date.now() / 1000 - 86_400);
    await dayOld();
    await take(workbook, 'w.xlsx', { ...asked, personId: 'bob' });
    await files.collect(new Set(), 3_600_000);
    expect(await files.has(input.sha256)).toBe(true);
    await dayOld();
    await files.collect(new Set(), 3_600_000);
    expect(await files.has(input.sha256)).toBe(false);
  });

  it('is made once where many ask at the same moment', async () => {
    const { take, made } = await open();
    const all = await Promise.all(Array.from({ length: 20 }, () => take('{"a": 1}\n{"a": 2}', 'a.jsonl')));
    expect(new Set(all.map(({ input }) => input.sha256)).size).toBe(1);
    expect(made()).toBe(1);
  });

  it('is the file itself where that is text, and for a script that says nothing else', async () => {
    const { take, made } = await open();
    const text = await take('x\n1\n', 'table.xlsx');
    expect(text).toEqual({ input: expect.objectContaining({ name: 'table.xlsx', bytes: 4 }) as unknown });
    expect(await take('', 'empty.csv')).not.toHaveProperty('source');
    const own = await take(workbook, 'b.xlsx', { app: manifest(script) });
    expect(own).toMatchObject({ isForApp: true, input: { name: 'b.xlsx' } });
    expect(made()).toBe(0);
    const convert = { csv: { columns: [], convert: true } };
    const made1 = await take(workbook, 'b.xlsx', { ...asked, app: manifest({ ...script, inputs: convert }) });
    expect(made1.input.name).toBe('b.csv');
  });

  it('takes no sheet of what has none', async () => {
    const { take } = await open();
    await expect(take('x\n1\n', 't.csv', asked)).rejects.toThrow('t.csv is no workbook, so it has no sheet');
    await expect(take(workbook, 'b.xlsx', { ...asked, app: manifest(script) })).rejects.toThrow(
      'digits gets b.xlsx as it is',
    );
  });
});

describe('what is refused', () => {
  it('leaves nothing behind', async () => {
    const { take, dir, owned } = await open();
    await expect(take(workbook, 'b.xlsx')).rejects.toMatchObject({
      code: 'csv-ambiguous',
      sheets: ['Notes', 'Values 2024'],
    });
    // Its error stands in the last row, behind what has been handed over.
    const rows = Array.from({ length: 100_000 }, (_, at) => `{"n": ${at}}`).join('\n');
    await expect(take(`${rows}\n{"n": [1]}`, 'n.jsonl')).rejects.toThrow('line 100001: "n" holds a list');
    expect(await readdir(join(dir, 'files', 'incoming'))).toEqual([]);
    expect(owned).toEqual([]);
  });

  it('is too large a CSV, too much memory and too much time, each by itself', async () => {
    const rows = Array.from({ length: 50_000 }, (_, at) => `{"n": ${at}}`).join('\n');
    const small = await open(undefined, 1000);
    await expect(small.take(rows, 'n.jsonl')).rejects.toMatchObject({ code: 'too-large' });
    const short = await open({ seconds: 0.05, heapMb: 256 });
    await expect(short.take(rows, 'n.jsonl')).rejects.toThrow('took longer than 0.05 s, so the hub stopped');
    const texts = `<sst>${`<si><t>${'abcdefgh'.repeat(1000)}</t></si>`.repeat(6000)}</sst>`;
    const narrow = await open({ seconds: 60, heapMb: 48 });
    await expect(narrow.take(bomb('xl/t.xml', Buffer.from(texts)), 'm.xlsx')).rejects.toThrow(
      'took more memory than the hub gives to that, so the hub stopped',
    );
  });

  it.each([
    [
      'xl/t.xml',
      Buffer.alloc(300 * 1024 * 1024, `<!--${' '.repeat(60_000)}-->`),
      'unpacks to more than Meshdeck takes',
    ],
    ['xl/s.xml', Buffer.from('<!DOCTYPE w [<!ENTITY a "aaaa">]><w>&a;</w>'), 'declares a document type'],
    ['xl/s.xml', Buffer.from('<w>'.repeat(1000)), 'nested too deeply'],
    [
      'xl/s.xml',
      Buffer.from('<w><sheetData><row r="5"/><row r="4"/></sheetData></w>'),
      'do not stand in their order',
    ],
    [
      'xl/s.xml',
      Buffer.from('<w><sheetData><row><c r="XFE1"><v>1</v></c></row></sheetData></w>'),
      'in their order',
    ],
    [
      'xl/s.xml',
      Buffer.from('<w><sheetData><row><c t="s"><v>7</v></c></row></sheetData></w>'),
      'a text that is not there',
    ],
  ])('is a hostile %s', async (part, data, words) => {
    const { take } = await open();
    await expect(take(bomb(part, data), 'h.xlsx')).rejects.toThrow(words);
  });
});
