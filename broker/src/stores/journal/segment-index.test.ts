import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openJournal, type Journal, type JournalDamage, type JournalPlace } from './index.js';

async function temporary(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-index-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A journal, what it told of when it opened, and what it said was damaged later. */
async function openIn(dir: string, options: { counts?: 'last' | 'all'; segmentBytes?: number } = {}) {
  const told: { key: string; meta: string; at: JournalPlace }[] = [];
  const later: JournalDamage[] = [];
  const journal: Journal = await openJournal({
    ...{ dir, durable: true, logger: pino({ level: 'silent' }), verifyAfterMs: 0, ...options },
    onRecord: ({ key, meta }, at) => void told.push({ key, meta, at }),
    onDamage: (damage) => void later.push(damage),
    isAlive: () => true,
    onMoved: () => undefined,
    aliveBytes: () => Number.MAX_SAFE_INTEGER,
  });
  onTestFinished(() => journal.stop());
  const add = (key: string, body: string, meta = 'm') => journal.append(() => ({ key, meta, body }));
  return { journal, told, later, add };
}

/** As a disk does it: other bytes, and no word of it. */
async function rot(path: string, from: string, to: string): Promise<void> {
  const { atime, mtime } = await stat(path);
  const text = await readFile(path, 'latin1');
  expect(text).toContain(from);
  await writeFile(path, text.replace(from, to), 'latin1');
  await utimes(path, atime, mtime);
}

/** Three records in a file that is complete, its time one that can be set again. */
async function threeRecords(dir: string): Promise<string> {
  const first = await openIn(dir);
  for (const key of ['a', 'b', 'c']) await first.add(key, `{"of":"${key}"}`);
  await first.journal.stop();
  const file = join(dir, '000001.log');
  await utimes(file, 1_700_000_000, 1_700_000_000);
  await (await openIn(dir)).journal.stop();
  return file;
}

it('opens by the index, reads bodies by it, and tells later what the disk damaged meanwhile', async () => {
  const dir = await temporary();
  const file = await threeRecords(dir);
  await rot(file, '{"of":"b"}', '{"of":"B"}');
  const { journal, told, later } = await openIn(dir);
  expect(journal.damage.records).toEqual([]);
  expect(told.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  const [a, b] = told;
  expect(await journal.read(a?.at ?? expect.fail())).toBe('{"of":"a"}');
  expect(await journal.readMany([b?.at ?? expect.fail(), a?.at ?? expect.fail()])).toEqual([
    null,
    '{"of":"a"}',
  ]);
  await vi.waitFor(() => expect(later).toMatchObject([{ records: [{ key: 'b', at: { segment: 1 } }] }]));
  await journal.stop();
  // From then on it is told at the opening.
  expect((await openIn(dir)).journal.damage.records).toMatchObject([{ key: 'b' }]);
});

it.each([
  ['was written to since', async (file: string) => utimes(file, 1_700_000_001, 1_700_000_001)],
  [
    'has a damaged index',
    async (file: string) => {
      const index = file.replace('.log', '.index');
      await writeFile(index, (await readFile(index, 'utf8')).replace('"b"', '"x"'));
    },
  ],
  ['has no index', async (file: string) => rm(file.replace('.log', '.index'))],
])('reads a file that %s, and makes its index anew', async (_what, change) => {
  const dir = await temporary();
  const file = await threeRecords(dir);
  await change(file);
  // Damage is seen at once only where the file itself is read.
  const { mtime } = await stat(file);
  await rot(file, '{"of":"b"}', '{"of":"B"}');
  const damaged = await openIn(dir);
  expect(damaged.journal.damage.records).toMatchObject([{ key: 'b' }]);
  await damaged.journal.stop();
  await writeFile(file, (await readFile(file, 'latin1')).replace('{"of":"B"}', '{"of":"b"}'));
  await utimes(file, mtime, mtime);
  await (await openIn(dir)).journal.stop();
  await rot(file, '{"of":"c"}', '{"of":"C"}');
  const { journal, told } = await openIn(dir);
  expect(journal.damage.records).toEqual([]);
  expect(told.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
});

it('notes the last of each key, or all where all count, and what was removed', async () => {
  for (const counts of ['last', 'all'] as const) {
    const dir = await temporary();
    const first = await openIn(dir, { counts });
    for (const meta of ['1', '2']) await first.add('a', '{}', meta);
    await first.add('b', '{}', '3');
    await first.add('b', '', 'removed');
    await first.journal.stop();
    const { told } = await openIn(dir, { counts });
    expect(told.map(({ key, meta }) => `${key}${meta}`)).toEqual(
      counts === 'last' ? ['a2', 'bremoved'] : ['a1', 'a2', 'b3', 'bremoved'],
    );
  }
});

it('has an index of every file that is complete', async () => {
  const dir = await temporary();
  const { journal, add } = await openIn(dir, { segmentBytes: 1 });
  for (const key of ['a', 'b', 'c']) await add(key, 'x');
  await journal.stop();
  const indexes = async () => (await readdir(dir)).filter((name) => name.endsWith('.index')).sort();
  expect(await indexes()).toEqual(['000001.index', '000002.index', '000003.index']);
});

it('opens after a kill: the file that was being written has no index yet', async () => {
  const dir = await temporary();
  const { add } = await openIn(dir);
  await add('a', '{"of":"a"}');
  // No stop: what a kill leaves.
  expect(await readdir(dir)).not.toContain('000001.index');
  const { journal, told } = await openIn(dir);
  expect(told.map(({ key }) => key)).toEqual(['a']);
  expect(await journal.read(told[0]?.at ?? expect.fail())).toBe('{"of":"a"}');
});

it('reads many of one file together as it reads few', async () => {
  const dir = await temporary();
  const { journal, add } = await openIn(dir);
  const places = await Promise.all(Array.from({ length: 120 }, (_, at) => add(`k${at}`, `{"at":${at}}`)));
  const wanted = Array.from({ length: 120 }, (_, at) => `{"at":${at}}`);
  expect(await journal.readMany(places)).toEqual(wanted);
  expect(await journal.readMany(places.slice(3, 6).reverse())).toEqual(wanted.slice(3, 6).reverse());
});
