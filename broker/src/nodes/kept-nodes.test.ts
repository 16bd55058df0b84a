import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { idleMachine } from '../jobs/fixtures/machines.js';
import { createKeptNodes } from './kept-nodes.js';
import type { NodeDocument } from './node-document.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A disk that may be full, and what it holds. */
function open() {
  const disk = { isFull: false };
  const written: NodeDocument[] = [];
  const kept = createKeptNodes({
    collection: {
      async put(document) {
        if (disk.isFull) throw new Error('the disk is full');
        written.push(document);
      },
      remove: async () => true,
    },
    stored: ['known'],
    logger: pino({ level: 'silent' }),
  });
  return { kept, written, disk, known: idleMachine('known') };
}

it('writes nothing of a machine that says what it said before, its inventory collected anew', async () => {
  const { kept, written, known } = open();
  const { name, version, inventory } = known.document;
  expect(await kept.change(known, { name, version, labels: {} })).toBe(false);
  expect(await kept.change(known, { inventory: inventory && { ...inventory, ts: 77 } })).toBe(false);
  expect(known.document.inventory?.ts).toBe(77);
  expect(written).toEqual([]);
  expect(await kept.change(known, { inventory: inventory && { ...inventory, hostname: 'other' } })).toBe(
    true,
  );
  expect(written).toMatchObject([{ id: 'known', inventory: { hostname: 'other' } }]);
});

it('writes a new machine, though it says nothing else than its document', async () => {
  const { kept, written } = open();
  const fresh = idleMachine('fresh');
  expect(await kept.change(fresh, { name: 'fresh' })).toBe(true);
  expect(await kept.change(fresh, { name: 'fresh' })).toBe(false);
  expect(written).toHaveLength(1);
});

it('writes a change again that the disk did not take', async () => {
  const { kept, written, disk, known } = open();
  disk.isFull = true;
  await expect(kept.change(known, { name: 'renamed' })).rejects.toThrow('full');
  disk.isFull = false;
  expect(await kept.change(known, { name: 'renamed' })).toBe(true);
  expect(written).toMatchObject([{ name: 'renamed' }]);
});

it('notes when a machine was last heard once it stays away, and not while it only comes back', async () => {
  const { kept, written, known } = open();
  known.instanceId = null;
  kept.left(known);
  known.instanceId = 'again';
  await vi.advanceTimersByTimeAsync(5000);
  expect(written).toEqual([]);
  known.instanceId = null;
  known.lastHeartbeatAt = 1234;
  kept.left(known);
  await vi.advanceTimersByTimeAsync(5000);
  expect(written).toMatchObject([{ id: 'known', lastHeartbeatAt: 1234 }]);
});

it('notes now and then when machines were last heard, for a hub that is killed', async () => {
  const { kept, written, known } = open();
  known.lastHeartbeatAt = 1234;
  await kept.heard([known]);
  await kept.heard([known]);
  expect(written).toMatchObject([{ id: 'known', lastHeartbeatAt: 1234 }]);
  known.lastHeartbeatAt = 5678;
  await kept.heard([known]);
  expect(written).toHaveLength(2);
  await kept.remove('known');
  await kept.heard([known]);
  expect(written).toHaveLength(2);
});

it('writes a removed machine no more', async () => {
  const { kept, written, known } = open();
  known.instanceId = null;
  kept.left(known);
  await kept.remove('known');
  await vi.advanceTimersByTimeAsync(5000);
  expect(written).toEqual([]);
});
