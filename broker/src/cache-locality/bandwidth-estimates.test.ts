import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { openCollection } from '../stores/documents.js';
import { createBandwidthEstimates } from './bandwidth-estimates.js';
import { bandwidthDocumentSchema } from './bandwidth-document.js';

const logger = pino({ level: 'silent' });

it('learns each machine’s speed, lends it to those that fetched nothing yet, and keeps it over a restart', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-transfers-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const open = async () =>
    createBandwidthEstimates({
      collection: await openCollection({ dir, name: 'transfers', schema: bandwidthDocumentSchema, logger }),
      now: () => 1,
      logger,
    });
  const estimates = await open();
  expect(estimates.bytesPerSecond('a')).toBeNull();
  for (const ms of [1000, 1000, 50_000]) estimates.record({ nodeId: 'a', bytes: 10e6, ms });
  estimates.record({ nodeId: 'a', bytes: 1000, ms: 900 });
  expect(estimates.bytesPerSecond('a')).toBe(10e6);
  expect(estimates.bytesPerSecond('b')).toBe(10e6);
  estimates.record({ nodeId: 'b', bytes: 1e6, ms: 1000 });
  expect(estimates.bytesPerSecond('b')).toBe(1e6);
  await estimates.stop();
  const again = await open();
  expect(again.bytesPerSecond('a')).toBe(10e6);
  await again.stop();
});
