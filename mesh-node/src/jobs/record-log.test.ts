import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { temporaryFolder } from '../testing/test-agent.js';
import { openRecordLog } from './record-log.js';

const damaged: unknown[] = [];

async function open(path: string) {
  const log = await openRecordLog({
    path,
    parse: (value) => z.object({ name: z.string() }).parse(value),
    onDamaged: (error) => damaged.push(error),
  });
  onTestFinished(() => log.close());
  return log;
}

it('has after a restart the newest of each key and nothing that was forgotten', async () => {
  const path = join(await temporaryFolder(), 'records.log');
  const log = await open(path);
  await log.set('a', { name: 'first' });
  await Promise.all([
    log.set('b', { name: 'gone' }),
    log.set('a', { name: 'second' }),
    log.set('c', { name: 'c' }),
  ]);
  await log.set('b', null);
  await log.close();
  expect((await open(path)).loaded).toEqual([{ name: 'second' }, { name: 'c' }]);
});

it('leaves out a line that a kill tore, and writes on a file without it', async () => {
  const path = join(await temporaryFolder(), 'records.log');
  const log = await open(path);
  await log.set('a', { name: 'whole' });
  await log.close();
  await appendFile(path, '{"key":"b","val');
  damaged.length = 0;
  const again = await open(path);
  expect(again.loaded).toEqual([{ name: 'whole' }]);
  expect(damaged).toHaveLength(1);
  await again.set('c', { name: 'new' });
  await again.close();
  expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(2);
  expect((await open(path)).loaded).toEqual([{ name: 'whole' }, { name: 'new' }]);
});

it('writes nothing of what was forgotten before it came to the disk', async () => {
  const path = join(await temporaryFolder(), 'records.log');
  const log = await open(path);
  await log.set('a', { name: 'a' });
  const before = await readFile(path, 'utf8');
  await Promise.all([log.set('b', { name: 'b' }), log.set('b', { name: 'done' }), log.set('b', null)]);
  expect(await readFile(path, 'utf8')).toBe(before);
  await log.set('a', null);
  await log.close();
  expect((await open(path)).loaded).toEqual([]);
});

it('stays small however much goes through it', async () => {
  const path = join(await temporaryFolder(), 'records.log');
  const log = await open(path);
  await log.set('kept', { name: 'kept' });
  for (let index = 0; index < 40; index += 1) {
    await log.set(`k${index}`, { name: 'x'.repeat(100_000) });
    await log.set(`k${index}`, null);
  }
  expect((await stat(path)).size).toBeLessThan(1_500_000);
  await log.close();
  expect((await open(path)).loaded).toEqual([{ name: 'kept' }]);
});
