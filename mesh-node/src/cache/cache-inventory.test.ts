import { heldItem, type HoldingsMessage } from '@meshdeck/shared';
import { expect, it, onTestFinished } from 'vitest';
import { createCacheInventory } from './cache-inventory.js';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);

function setUp() {
  const sent: HoldingsMessage[] = [];
  const keys = new Set([`file-${a}`, `venv-${b}`, 'something-else']);
  const models = new Set<string>();
  let reachable = true;
  const cacheInventory = createCacheInventory({
    cacheKeys: () => [...keys],
    loadedModels: () => models,
    send: async (message) => {
      if (reachable) sent.push(message);
      return reachable;
    },
  });
  onTestFinished(cacheInventory.stop);
  return { sent, keys, models, cacheInventory, reach: (is: boolean) => (reachable = is) };
}

it('tells everything when it is connected, and then only what changes', async () => {
  const { sent, keys, models, cacheInventory } = setUp();
  cacheInventory.changed();
  cacheInventory.begin();
  await expect.poll(() => sent.length).toBe(1);
  expect(sent[0]).toMatchObject({ full: true, added: [heldItem('file', a), heldItem('environment', b)] });
  keys.delete(`file-${a}`);
  models.add(`/cache/bundle-${b}/models/net.onnx`);
  cacheInventory.changed();
  cacheInventory.changed();
  await expect.poll(() => sent.length).toBe(2);
  expect(sent[1]).toMatchObject({
    full: false,
    added: [heldItem('model', b)],
    removed: [heldItem('file', a)],
    sequence: (sent[0]?.sequence ?? 0) + 1,
  });
});

it('tells everything again after a reconnection, and after a message that did not go out', async () => {
  const { sent, keys, cacheInventory, reach } = setUp();
  cacheInventory.begin();
  await expect.poll(() => sent.length).toBe(1);
  cacheInventory.pause();
  cacheInventory.begin();
  await expect.poll(() => sent.length).toBe(2);
  expect(sent[1]).toMatchObject({ full: true });
  reach(false);
  keys.add(`bundle-${a}`);
  cacheInventory.begin();
  reach(true);
  cacheInventory.changed();
  await expect.poll(() => sent.length).toBe(3);
  expect(sent[2]).toMatchObject({ full: true });
  expect(sent[2]?.added).toContain(heldItem('bundle', a));
});
