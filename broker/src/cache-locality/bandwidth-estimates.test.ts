import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { openCollection } from '../stores/documents.js';
import { createTransferBook } from './bandwidth-estimates.js';
import { transferDocumentSchema } from './bandwidth-document.js';

const logger = pino({ level: 'silent' });

it('learns each machine’s speed, lends it to those that fetched nothing yet, and keeps it over a restart', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-transfers-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const open = async () =>
    createTransferBook({
      collection: await openCollection({ dir, name: 'transfers', schema: transferDocumentSchema, logger }),
      now: () => 1,
      logger,
    });
  const book = await open();
  expect(book.bytesPerSecond('a')).toBeNull();
  for (const ms of [1000, 1000, 50_000]) book.record({ nodeId: 'a', bytes: 10e6, ms });
  book.record({ nodeId: 'a', bytes: 1000, ms: 900 });
  expect(book.bytesPerSecond('a')).toBe(10e6);
  expect(book.bytesPerSecond('b')).toBe(10e6);
  book.record({ nodeId: 'b', bytes: 1e6, ms: 1000 });
  expect(book.bytesPerSecond('b')).toBe(1e6);
  await book.stop();
  const again = await open();
  expect(again.bytesPerSecond('a')).toBe(10e6);
  await again.stop();
});
