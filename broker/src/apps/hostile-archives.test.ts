import { readdir } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { paxRecord, tar, tarGz, zip } from './fixtures/archives.js';
import { openRepository } from './fixtures/repository.js';

const app = { name: 'app.py', data: 'print(1)\n' };
const mebibyte = 1024 * 1024;

/** Pushing it is refused with this code and a sentence that has these words in it; nothing of it stays. */
async function refuses(filename: string, content: Buffer, code: string, words: string, limits = {}) {
  const { folder, dir, files, push, repository } = await openRepository({ limits });
  await expect(push(filename, content)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(words) as string,
  });
  expect(await readdir(dir)).toEqual([]);
  expect((await readdir(folder)).sort()).toEqual(['apps.db', 'files', 'unpacking']);
  expect(await repository.list()).toEqual([]);
  expect(await files.collect(new Set(), -1)).toEqual({ files: 0, bytes: 0 });
}

it.each([
  '../evil.py',
  'a/../../evil.py',
  '..\\..\\evil.py',
  '/etc/cron.d/evil',
  'C:\\evil.py',
  'c:evil.py',
  '\\\\host\\x',
])('refuses a zip and a tar entry that leaves the folder: %s', async (name) => {
  await refuses('a.zip', zip([app, { name, data: 'x' }]), 'archive-unsafe', 'outside its folder');
  await refuses('a.tar', tar([app, { name, data: 'x' }]), 'archive-unsafe', 'outside its folder');
});

it('refuses an entry whose harmless name is replaced by a PAX record or a GNU long name', async () => {
  const pax = { name: 'pax', type: 'x', data: paxRecord('path', '../../evil.py') };
  await refuses('a.tar', tar([app, pax, { name: 'ok.py', data: 'x' }]), 'archive-unsafe', '"../../evil.py"');
  const long = { name: '././@LongLink', type: 'L', data: '/tmp/evil.py\0' };
  await refuses('a.tar', tar([app, long, { name: 'ok.py', data: 'x' }]), 'archive-unsafe', '"/tmp/evil.py"');
});

it.each([
  ['a symbolic link', { name: 'link', type: '2', link: '/etc/passwd' }, 'the link "link"'],
  ['a hard link', { name: 'link', type: '1', link: 'app.py' }, 'the link "link"'],
  ['a character device', { name: 'null', type: '3' }, '"null", which is neither'],
  ['a block device', { name: 'disk', type: '4' }, '"disk", which is neither'],
  ['a pipe', { name: 'pipe', type: '6' }, '"pipe", which is neither'],
])('refuses %s in a tar', async (_what, entry, words) => {
  await refuses('a.tar.gz', tarGz([app, entry]), 'archive-unsafe', words);
});

it.each([
  ['a symbolic link', 0o120777, 'the link "x"'],
  ['a device', 0o020666, '"x", which is neither'],
  ['a socket', 0o140777, '"x", which is neither'],
])('refuses %s in a zip', async (_what, mode, words) => {
  await refuses('a.zip', zip([app, { name: 'x', data: '/etc/passwd', mode }]), 'archive-unsafe', words);
});

it.each([
  ['the same name twice', ['a.txt', 'a.txt'], 'twice'],
  ['names that differ in case', ['Model.txt', 'model.TXT'], 'same file on some machines'],
  ['names that differ in Unicode form', ['caf\u00e9.txt', 'cafe\u0301.txt'], 'same file on some machines'],
  ['a file where a folder is', ['data/a.txt', 'data'], '"data"'],
  ['a folder where a file is', ['data', 'data/a.txt'], '"data/a.txt"'],
  ['a Windows device', ['con.py'], 'not every machine'],
  ['a trailing dot', ['a.'], 'not every machine'],
  ['a stream of a file', ['a.txt:hidden'], 'not every machine'],
  ['a name with a line break', ['a\nb'], '"a?b"'],
])('refuses %s', async (_what, names, words) => {
  const entries = [app, ...names.map((name) => ({ name, data: 'x' }))];
  await refuses('a.zip', zip(entries), 'archive-unsafe', words);
  await refuses('a.tar', tar(entries), 'archive-unsafe', words);
});

it('stops a zip bomb while it unpacks, whatever it declares', async () => {
  const data = Buffer.alloc(64 * mebibyte);
  const limits = { unpackedBytes: mebibyte };
  await refuses(
    'a.zip',
    zip([app, { name: 'bomb', data, compress: true }]),
    'archive-unsafe',
    '"bomb"',
    limits,
  );
  const liar = zip([app, { name: 'bomb', data, compress: true, size: 10 }]);
  await refuses('a.zip', liar, 'app-invalid', 'not a readable zip', limits);
  const many = Array.from({ length: 20 }, (_, index) => ({
    name: `part-${index}`,
    data: Buffer.alloc(100_000),
    compress: true,
  }));
  await refuses('a.zip', zip([app, ...many]), 'archive-unsafe', '1.0 MiB (stopped at "part-10")', limits);
});

it('stops a tar.gz bomb, also one hidden in entries that are left out', async () => {
  const data = Buffer.alloc(64 * mebibyte);
  const limits = { unpackedBytes: mebibyte };
  await refuses('a.tgz', tarGz([app, { name: 'bomb', data }]), 'archive-unsafe', '"bomb"', limits);
  await refuses('a.tgz', tarGz([app, { name: '__MACOSX/bomb', data }]), 'archive-unsafe', 'bomb', limits);
  await refuses(
    'a.tgz',
    tarGz([app, { name: 'pax', type: 'x', data }]),
    'app-invalid',
    'not a readable',
    limits,
  );
  await refuses('a.tgz', gzipSync(tarGz([app])), 'app-invalid', 'not a readable');
});

it('refuses too many entries and too large an upload', async () => {
  const entries = Array.from({ length: 11 }, (_, index) => ({ name: `${index}.txt`, data: 'x' }));
  await refuses('a.zip', zip(entries), 'archive-unsafe', 'more than 10 entries', { entries: 10 });
  await refuses('a.tar', tar(entries), 'archive-unsafe', 'more than 10 entries', { entries: 10 });
  await refuses('a.tar', tar(entries), 'too-large', '1.0 KiB', { uploadBytes: 1024 });
});

it('refuses what is encrypted, damaged, cut off, empty or something else', async () => {
  await refuses('a.zip', zip([{ ...app, encrypted: true }]), 'app-invalid', '"app.py" is encrypted');
  await refuses('a.zip', zip([{ ...app, crc: 1 }]), 'app-invalid', '"app.py" is damaged');
  await refuses('a.zip', zip([{ ...app, method: 99 }]), 'app-invalid', '"app.py"');
  await refuses('a.zip', zip([app]).subarray(0, 40), 'app-invalid', '"a.zip" is not a readable zip');
  await refuses('a.zip', zip([]), 'app-invalid', 'holds no files');
  await refuses(
    'a.tar',
    tar([{ ...app, data: Buffer.alloc(5000) }]).subarray(0, 3000),
    'app-invalid',
    'not a readable tar',
  );
  await refuses('a.tgz', tarGz([app]).subarray(0, 60), 'app-invalid', 'not a readable tar.gz');
  await refuses('a.tar', Buffer.from('this is no archive'), 'app-invalid', '"a.tar" is not a readable tar');
  await refuses('a.zip', Buffer.alloc(0), 'app-invalid', '"a.zip" is empty');
  await refuses('a.rar', Buffer.from('x'), 'app-invalid', '"a.rar" is no app');
});
