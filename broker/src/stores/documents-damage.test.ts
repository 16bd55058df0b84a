import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { canMountDisks } from '@meshdeck/testing/programs';
import { smallDisk } from '@meshdeck/testing/vitest';
import { openCollection } from './documents.js';
import { sealLine, unsealLine } from './line-checksum.js';
import { createStoreHealth } from './store-health.js';

const schema = z.object({ id: z.string(), text: z.string() });

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-damage-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function openIn(dir: string) {
  const health = createStoreHealth(dir);
  const logger = pino({ level: 'silent' });
  const collection = await openCollection({ dir, name: 'things', schema, logger, health });
  return { collection, message: () => health.state().message ?? '' };
}

async function flip(dir: string, from: string, to: string): Promise<void> {
  const file = join(dir, 'things.db');
  const text = await readFile(file, 'utf8');
  const at = text.lastIndexOf(from);
  expect(at).toBeGreaterThan(-1);
  await writeFile(file, text.slice(0, at) + to + text.slice(at + from.length));
}

it('keeps every line readable as the JSON it is for versions that know no checksum', async () => {
  const dir = await folder();
  await (await openIn(dir)).collection.put({ id: 'a', text: '1' });
  const lines = (await readFile(join(dir, 'things.db'), 'utf8')).split('\n').filter((line) => line !== '');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { _id: 'a', crc32: expect.any(String) as unknown },
  ]);
});

it('takes lines of earlier versions, and seals them at the first opening', async () => {
  const dir = await folder();
  const line = JSON.stringify({ _id: 'a', body: JSON.stringify({ id: 'a', text: 'old' }) });
  await writeFile(join(dir, 'things.db'), `${line}\n\n${line.replace('old', 'new')}\n`);
  const { collection, message } = await openIn(dir);
  expect(await collection.all()).toEqual([{ id: 'a', text: 'new' }]);
  expect(message()).toBe('');
  await collection.put({ id: 'b', text: 'other' });
  await flip(dir, 'new', 'nfw');
  expect((await openIn(dir)).message()).toContain('One line of things.db could not be read');
});

describe('a flipped byte', () => {
  it('is seen in a document, which is as it was before, by name', async () => {
    const dir = await folder();
    const { collection } = await openIn(dir);
    await collection.put({ id: 'lab-1', text: 'first' });
    await collection.put({ id: 'lab-2', text: 'other' });
    await collection.put({ id: 'lab-1', text: 'later' });
    await flip(dir, 'later', 'Later');
    const again = await openIn(dir);
    expect(await again.collection.get('lab-1')).toEqual({ id: 'lab-1', text: 'first' });
    expect(again.message()).toMatch(/As before their last change, .* even if they had been removed: lab-1\./);
    expect(await readFile(join(dir, 'things.db.damaged'), 'utf8')).toContain('Later');
  });

  it('is seen in a document that was written once, which is lost, by name', async () => {
    const dir = await folder();
    const { collection } = await openIn(dir);
    await collection.put({ id: 'lab-1', text: 'only' });
    await collection.put({ id: 'lab-2', text: 'other' });
    await flip(dir, 'only', 'onlx');
    const again = await openIn(dir);
    expect(await again.collection.all()).toEqual([{ id: 'lab-2', text: 'other' }]);
    expect(again.message()).toContain('Lost: lab-1.');
  });

  it('costs nothing where a later line says it again', async () => {
    const dir = await folder();
    const { collection } = await openIn(dir);
    await collection.put({ id: 'a', text: 'first' });
    await collection.put({ id: 'a', text: 'later' });
    await flip(dir, 'first', 'First');
    const again = await openIn(dir);
    expect(await again.collection.all()).toEqual([{ id: 'a', text: 'later' }]);
    expect(again.message()).toContain('nothing is lost');
  });

  it('of any kind, anywhere in a line, is seen or changes nothing', () => {
    const line = sealLine(JSON.stringify({ _id: 'lab-1', body: '{"id":"lab-1","text":"äö"}' }));
    const bytes = Buffer.from(line);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(bytes);
        damaged.writeUInt8(damaged.readUInt8(at) ^ change, at);
        const read = unsealLine(damaged.toString('utf8'));
        if (read === null) return;
        let value: Record<string, unknown>;
        try {
          value = JSON.parse(read) as Record<string, unknown>;
        } catch {
          return;
        }
        // The name of the field of the checksum itself may have changed: what the line says has not.
        expect(value).toMatchObject({ _id: 'lab-1', body: '{"id":"lab-1","text":"äö"}' });
      }),
    );
  });
});

it.each([
  [
    'all of the file',
    '',
    /things\.db is damaged: its 4096 bytes are zeros.*restore things\.db from a backup/,
  ],
  ['the end of the file', 'whole', /things\.db is damaged: it ended in 4096 bytes with zeros in them/],
])('says what zeros in %s mean, and not that nothing else is missing', async (_where, text, words) => {
  const dir = await folder();
  if (text !== '') await (await openIn(dir)).collection.put({ id: 'a', text });
  const before = await readFile(join(dir, 'things.db')).catch(() => Buffer.alloc(0));
  await writeFile(join(dir, 'things.db'), Buffer.concat([before, Buffer.alloc(4096)]));
  const { collection, message } = await openIn(dir);
  expect(await collection.all()).toEqual(text === '' ? [] : [{ id: 'a', text }]);
  expect(message()).toMatch(words);
  expect(message()).not.toContain('nothing else is missing');
});

it.runIf(canMountDisks())(
  'says at a start on a full disk that it is full, names no backup, and harms nothing (needs root)',
  async () => {
    const dir = smallDisk('size=256k');
    const { collection } = await openIn(dir);
    for (let id = 0; id < 40; id += 1) await collection.put({ id: String(id), text: 'x'.repeat(2_000) });
    const whole = await readFile(join(dir, 'things.db'));
    const room = 'y'.repeat(256 * 1024);
    await writeFile(join(dir, 'filler'), room).catch(() => undefined);
    await expect(openIn(dir)).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.not.stringContaining('backup') as string,
    });
    expect(await readFile(join(dir, 'things.db'))).toEqual(whole);
    await rm(join(dir, 'filler'));
    expect((await (await openIn(dir)).collection.all()).length).toBe(40);
    expect(await readdir(dir)).toContain('things.db');
  },
);
