import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { openCollection } from '../stores/documents.js';
import { createSpeedStore } from './speed-store.js';
import { speedDocumentSchema } from './speed-document.js';

const logger = pino({ level: 'silent' });
const model = 'a'.repeat(64);
const other = 'b'.repeat(64);
const first = { nodeId: 'n1', machineClass: 'i5 x4', eventsPerSecond: 1000 };
const twin = { nodeId: 'n2', machineClass: 'i5 x4', eventsPerSecond: 900 };
const strong = { nodeId: 'n3', machineClass: 'i9 x8', eventsPerSecond: 3000 };

async function room() {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-speeds-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return async (maxEntries = 100) => {
    const collection = await openCollection({ dir, name: 'speeds', schema: speedDocumentSchema, logger });
    let at = 0;
    const store = await createSpeedStore({ collection, logger, maxEntries, now: () => (at += 1) });
    onTestFinished(() => store.stop());
    return { store, collection };
  };
}

it('predicts from the machine itself, then from its class, then from others by their benchmarks', async () => {
  const { store } = await (await room())();
  expect(store.predict({ bundleSha256: model, ...first })).toBeNull();
  for (const rows of [10_000, 40_000, 20_000]) {
    store.record({ bundleSha256: model, ...first, rows, runMs: 90 + rows / 10 });
  }
  const own = store.predict({ bundleSha256: model, ...first });
  expect(own?.basis).toBe('machine');
  expect(own?.rowsPerSecond).toBeCloseTo(10_000);
  expect(own?.overheadMs).toBeCloseTo(90);
  expect(store.predict({ bundleSha256: model, ...twin })).toEqual({ ...own, basis: 'class' });
  const scaled = store.predict({ bundleSha256: model, ...strong });
  expect(scaled?.basis).toBe('scaled');
  expect(scaled?.rowsPerSecond).toBeCloseTo(30_000);
  expect(scaled?.overheadMs).toBeCloseTo(30);
  expect(store.predict({ bundleSha256: model, ...strong, eventsPerSecond: null })).toBeNull();
  expect(store.predict({ bundleSha256: other, ...first })).toBeNull();
});

it('takes the load of the time out of a run', async () => {
  const { store } = await (await room())();
  for (const loadFactor of [1, 2, 1.5]) {
    store.record({ bundleSha256: model, ...first, rows: 50_000, runMs: 5000 * loadFactor, loadFactor });
  }
  const learned = store.predict({ bundleSha256: model, ...first });
  expect((learned?.overheadMs ?? 0) + 50_000_000 / (learned?.rowsPerSecond ?? 1)).toBeCloseTo(5000);
});

it('forgets the runs of a machine whose hardware is another now', async () => {
  const { store } = await (await room())();
  store.record({ bundleSha256: model, ...first, rows: 100_000, runMs: 10_000 });
  const upgraded = { ...first, machineClass: 'i9 x8' };
  expect(store.predict({ bundleSha256: model, ...upgraded })?.basis).not.toBe('machine');
  store.record({ bundleSha256: model, ...upgraded, rows: 100_000, runMs: 1000 });
  const learned = store.predict({ bundleSha256: model, ...upgraded });
  expect(learned?.basis).toBe('machine');
  expect(learned?.rowsPerSecond).toBeGreaterThan(90_000);
});

it('knows after a restart what it knew before', async () => {
  const open = await room();
  const { store } = await open();
  for (const rows of [10_000, 40_000])
    store.record({ bundleSha256: model, ...first, rows, runMs: 50 + rows / 5 });
  const before = store.predict({ bundleSha256: model, ...first });
  await store.stop();
  expect((await open()).store.predict({ bundleSha256: model, ...first })).toEqual(before);
});

it('keeps the most recently used pairs only, in memory and on disk', async () => {
  const open = await room();
  const { store, collection } = await open(3);
  const run = { bundleSha256: model, rows: 10_000, runMs: 1000, machineClass: 'x', eventsPerSecond: null };
  for (const nodeId of ['a', 'b', 'c', 'a', 'd', 'e']) store.record({ ...run, nodeId });
  expect(store.size()).toBe(3);
  await store.flush();
  expect((await collection.all()).map(({ nodeId }) => nodeId).sort()).toEqual(['a', 'd', 'e']);
  await store.stop();
  const smaller = await open(1);
  expect(smaller.store.size()).toBe(1);
  await smaller.store.flush();
  expect(await smaller.collection.all()).toHaveLength(1);
});

it('goes on learning when the disk refuses', async () => {
  const { collection } = await (await room())();
  const refuse = () => Promise.reject(new Error('disk full'));
  const store = await createSpeedStore({ collection: { ...collection, put: refuse }, logger, now: () => 1 });
  store.record({ bundleSha256: model, ...first, rows: 10_000, runMs: 1000 });
  await expect(store.stop()).resolves.toBeUndefined();
  expect(store.predict({ bundleSha256: model, ...first })?.basis).toBe('machine');
});
