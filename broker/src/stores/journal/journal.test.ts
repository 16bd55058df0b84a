import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { canMountDisks } from '@meshdeck/testing/programs';
import { smallDisk } from '@meshdeck/testing/vitest';
import { damageWords, keysLike, openJournal, type Journal, type JournalPlace } from './index.js';
import { openSegments } from './segments.js';

async function temporary(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-journal-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A journal in which every record counts, and what it found when it opened. */
async function openIn(dir: string, segmentBytes?: number) {
  const found = new Map<string, JournalPlace>();
  const journal: Journal = await openJournal({
    dir,
    durable: true,
    logger: pino({ level: 'silent' }),
    ...(segmentBytes !== undefined && { segmentBytes }),
    counts: 'all',
    onRecord: ({ key }, at) => void found.set(key, at),
    isAlive: () => true,
    onMoved: () => undefined,
    aliveBytes: () => Number.MAX_SAFE_INTEGER,
  });
  onTestFinished(() => journal.stop());
  const add = (key: string, body: string) => journal.append(() => ({ key, meta: 'm', body }));
  return { journal, found, add };
}

it.runIf(canMountDisks())(
  'calls no record written that the disk had room for a part of only (needs root)',
  async () => {
    // Room for a hundred KiB: the system takes the first part of a larger write and says so by its length alone.
    const dir = smallDisk('size=200k');
    const { journal, add } = await openIn(dir);
    await add('small', 'x');
    await expect(add('large', 'y'.repeat(500_000))).rejects.toMatchObject({ code: 'ENOSPC' });
    // What was half written is cut off again: there is room for what is small.
    await add('later', 'z');
    await journal.stop();
    const { found, journal: again } = await openIn(dir);
    expect([...found.keys()]).toEqual(['small', 'later']);
    expect(again.damage).toEqual({ records: [], missingSegments: [] });
  },
);

it('says which record is damaged, by its key where that can be read, and has all others', async () => {
  const dir = await temporary();
  const first = await openIn(dir);
  for (const key of ['a', 'b', 'c']) await first.add(key, `{"of":"${key}"}`);
  await first.journal.stop();
  const file = join(dir, '000001.log');
  await writeFile(file, (await readFile(file, 'utf8')).replace('{"of":"b"}', '{"of":"B"}'));

  const { journal, found } = await openIn(dir);
  expect([...found.keys()]).toEqual(['a', 'c']);
  expect(journal.damage.records).toMatchObject([{ key: 'b', at: { segment: 1 } }]);
  expect(damageWords(dir, 'jobs', journal.damage)).toEqual([
    expect.stringMatching(
      /^One record of jobs in .* is damaged on the disk and was left out \(000001\.log at byte \d+\)/,
    ),
  ]);
});

it('refuses a record that was damaged after it was opened with its place, and reads its neighbours', async () => {
  const dir = await temporary();
  const { journal, add } = await openIn(dir);
  const place = await add('a', '{"of":"a"}');
  const other = await add('b', '{"of":"b"}');
  const file = join(dir, '000001.log');
  await writeFile(file, (await readFile(file, 'utf8')).replace('{"of":"a"}', '{"of":"A"}'));
  await expect(journal.read(place)).rejects.toThrow(`byte 0 of ${file} is damaged on the disk`);
  expect(await journal.read(other)).toBe('{"of":"b"}');
  await rm(file);
  await expect(journal.read(other)).rejects.toThrow('is damaged on the disk');
});

it.each([
  ['the first', [1]],
  ['one in the middle', [2]],
  ['the last', [3]],
  ['all of them', [1, 2, 3]],
])('misses %s of its files that somebody moved away', async (_which, gone) => {
  const dir = await temporary();
  const first = await openIn(dir, 1);
  for (const key of ['a', 'b', 'c']) await first.add(key, 'x');
  await first.journal.stop();
  expect((await readdir(dir)).filter((name) => name.endsWith('.log'))).toHaveLength(3);
  for (const number of gone) await rename(join(dir, `00000${number}.log`), join(dir, `away-${number}`));
  const { journal } = await openIn(dir, 1);
  expect(journal.damage.missingSegments).toEqual(gone);
  expect(damageWords(dir, 'jobs', journal.damage)[0]).toMatch(/^00000\d\.log.* missing: jobs/);
});

it('misses nothing of a journal that an earlier version wrote, which noted no range', async () => {
  const dir = await temporary();
  const first = await openIn(dir, 1);
  for (const key of ['a', 'b']) await first.add(key, 'x');
  await first.journal.stop();
  await rm(join(dir, 'range.json'));
  expect((await openIn(dir, 1)).journal.damage.missingSegments).toEqual([]);
});

it('knows a key again that differs in one character, and guesses no other', () => {
  expect(keysLike('abc', ['abd', 'xyz'])).toEqual(['abd']);
  expect(keysLike('abc', ['abc', 'abd'])).toEqual(['abc']);
  expect(keysLike('abc', ['axy', 'ab'])).toEqual([]);
  expect(keysLike(null, ['abc'])).toEqual([]);
});

it('says that zeros at the end of a file are damage, and not what a kill left', async () => {
  const dir = await temporary();
  const first = await openIn(dir);
  await first.add('a', 'x');
  await first.journal.stop();
  const file = join(dir, '000001.log');
  await writeFile(file, Buffer.concat([await readFile(file), Buffer.alloc(512)]));
  const { found, journal } = await openIn(dir);
  expect([...found.keys()]).toEqual(['a']);
  expect(journal.damage.records).toMatchObject([{ key: null, at: { segment: 1 } }]);
});

it('has a last record of which the line feed alone is damaged', async () => {
  const dir = await temporary();
  const first = await openIn(dir);
  await first.add('a', 'x');
  await first.journal.stop();
  const file = join(dir, '000001.log');
  const bytes = await readFile(file);
  bytes.write('J', bytes.length - 1);
  await writeFile(file, bytes);
  const { found } = await openIn(dir);
  expect([...found.keys()]).toEqual(['a']);
});

it('lets go of a file also where the disk has no room to note which are left', async () => {
  const dir = await temporary();
  const segments = await openSegments(dir, 1);
  for (const line of ['a\n', 'b\n']) await segments.append(Buffer.from(line), false);
  // No note can be written where a folder lies.
  await mkdir(join(dir, 'range.json.new'));
  await segments.remove(1, false);
  await segments.close();
  expect(segments.numbers()).toEqual([2]);
  expect(await readdir(dir)).not.toContain('000001.log');
});
