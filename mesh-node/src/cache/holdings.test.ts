import { heldItem, type HoldingsMessage } from '@meshdeck/shared';
import { expect, it, onTestFinished } from 'vitest';
import { createHoldings } from './holdings.js';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);

function setUp() {
  const sent: HoldingsMessage[] = [];
  const keys = new Set([`file-${a}`, `venv-${b}`, 'something-else']);
  const models = new Set<string>();
  let reachable = true;
  const holdings = createHoldings({
    cacheKeys: () => [...keys],
    loadedModels: () => models,
    send: async (message) => {
      if (reachable) sent.push(message);
      return reachable;
    },
  });
  onTestFinished(holdings.stop);
  return { sent, keys, models, holdings, reach: (is: boolean) => (reachable = is) };
}

it('tells everything when it is connected, and then only what changes', async () => {
  const { sent, keys, models, holdings } = setUp();
  holdings.changed();
  holdings.begin();
  await expect.poll(() => sent.length).toBe(1);
  expect(sent[0]).toMatchObject({ full: true, added: [heldItem('file', a), heldItem('environment', b)] });
  keys.delete(`file-${a}`);
  models.add(`/cache/bundle-${b}/models/net.onnx`);
  holdings.changed();
  holdings.changed();
  await expect.poll(() => sent.length).toBe(2);
  expect(sent[1]).toMatchObject({
    full: false,
    added: [heldItem('model', b)],
    removed: [heldItem('file', a)],
    sequence: (sent[0]?.sequence ?? 0) + 1,
  });
});

it('tells everything again after a reconnection, and after a message that did not go out', async () => {
  const { sent, keys, holdings, reach } = setUp();
  holdings.begin();
  await expect.poll(() => sent.length).toBe(1);
  holdings.pause();
  holdings.begin();
  await expect.poll(() => sent.length).toBe(2);
  expect(sent[1]).toMatchObject({ full: true });
  reach(false);
  keys.add(`bundle-${a}`);
  holdings.begin();
  reach(true);
  holdings.changed();
  await expect.poll(() => sent.length).toBe(3);
  expect(sent[2]).toMatchObject({ full: true });
  expect(sent[2]?.added).toContain(heldItem('bundle', a));
});
