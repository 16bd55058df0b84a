import { appendFile, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { openCollection } from './documents.js';
import { createStoreHealth } from './store-health.js';

const schema = z.object({ id: z.string(), text: z.string() });
const logger = pino({ level: 'silent' });

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-documents-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

const openIn = (dir: string, health = createStoreHealth(dir)) =>
  openCollection({ dir, name: 'things', schema, logger, health });

it('drops a last line that was cut off, keeps it aside and says so, and has the version before it', async () => {
  const dir = await folder();
  const file = join(dir, 'things.db');
  const first = await openIn(dir);
  await first.put({ id: 'a', text: 'old' });
  await first.put({ id: 'b', text: 'whole' });
  const whole = await readFile(file);
  await first.put({ id: 'a', text: 'new' });
  // Killed in the middle of the last write.
  const handle = await open(file, 'r+');
  await handle.truncate(whole.length + 20);
  await handle.close();

  const health = createStoreHealth(dir);
  const again = await openIn(dir, health);
  expect(await again.all()).toEqual(
    expect.arrayContaining([
      { id: 'a', text: 'old' },
      { id: 'b', text: 'whole' },
    ]),
  );
  expect(health.state()).toMatchObject({
    state: 'running',
    message: expect.stringMatching(
      /^things\.db ended in mid-line: its last \d+ bytes were dropped/,
    ) as unknown,
  });
  expect(await readFile(`${file}.torn`, 'utf8')).toContain('{"');
});

it('opens a file whose only line was cut off', async () => {
  const dir = await folder();
  await writeFile(join(dir, 'things.db'), '{"_id":"a","bo');
  const health = createStoreHealth(dir);
  const collection = await openIn(dir, health);
  expect(await collection.all()).toEqual([]);
  expect(health.state().message).toContain('14 bytes');
  await collection.put({ id: 'a', text: 'new' });
  expect(await (await openIn(dir)).all()).toEqual([{ id: 'a', text: 'new' }]);
});

it('says how many lines in the middle could not be read', async () => {
  const dir = await folder();
  const file = join(dir, 'things.db');
  const collection = await openIn(dir);
  await collection.put({ id: 'a', text: '1' });
  await appendFile(file, '{"_id":"b","body\n');
  await collection.put({ id: 'c', text: '3' });
  const health = createStoreHealth(dir);
  expect(await (await openIn(dir, health)).all()).toHaveLength(2);
  expect(health.state().message).toMatch(/^One line of things\.db could not be read and was dropped/);
});

it('keeps what is written after a line the disk had no room for', async () => {
  const dir = await folder();
  const file = join(dir, 'things.db');
  const collection = await openIn(dir);
  await collection.put({ id: 'a', text: '1' });
  // As much of a line as there was room for.
  await appendFile(file, '\n{"_id":"b","bo');
  await collection.put({ id: 'c', text: '3' });
  expect(await (await openIn(dir)).all()).toEqual(
    expect.arrayContaining([
      { id: 'a', text: '1' },
      { id: 'c', text: '3' },
    ]),
  );
});

it.skipIf(process.platform !== 'linux')(
  'says that the disk is full, and holds in memory what is on disk',
  async () => {
    const dir = await folder();
    const health = createStoreHealth(dir);
    const collection = await openIn(dir, health);
    await collection.put({ id: 'a', text: 'old' });
    // Every write to this file fails as on a full disk; the rewrite that would mend it, too.
    const kept = await readFile(join(dir, 'things.db'));
    await rm(join(dir, 'things.db'));
    const { symlink } = await import('node:fs/promises');
    await symlink('/dev/full', join(dir, 'things.db'));
    await expect(collection.put({ id: 'a', text: 'new' })).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining(dir) as unknown,
    });
    expect(health.state()).toMatchObject({ state: 'degraded' });
    await rm(join(dir, 'things.db'));
    await writeFile(join(dir, 'things.db'), kept);
    await collection.put({ id: 'b', text: 'later' });
    expect(health.state()).toMatchObject({ state: 'running', message: null });
  },
);
