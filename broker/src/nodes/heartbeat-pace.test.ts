import { agentFeatures, type Inventory, type Order } from '@meshdeck/shared';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { createHeartbeatPace } from './heartbeat-pace.js';
import type { NodeDocument } from './node-document.js';
import { restoredState, type NodeState } from './node-state.js';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

function state(id: string, features: string[]): NodeState {
  const document = { id, membership: 'joined', inventory: { features } as Partial<Inventory> };
  return { ...restoredState(document as NodeDocument, Date.now()), presence: 'active', sendsMetrics: true };
}

function room(machines: number, features: string[] = [agentFeatures.pace]) {
  const states = new Map<string, NodeState>(
    Array.from({ length: machines }, (_, index) => [`n${index}`, state(`n${index}`, features)] as const),
  );
  const [busy, followed, watch] = [new Set<string>(), new Set<string>(), { isWatched: false }];
  const told: [string, Order][] = [];
  const pace = createHeartbeatPace({
    states: () => [...states.values()],
    setPace: (id, ms) => {
      const known = states.get(id);
      if (known !== undefined) known.pace = { ms, since: Date.now() };
    },
    slotsBusy: (id) => (busy.has(id) ? 1 : 0),
    isWatched: () => watch.isWatched,
    isFollowed: (id) => followed.has(id),
    send: async (id, order) => void told.push([id, order]),
    now: Date.now,
  });
  pace.start();
  onTestFinished(pace.stop);
  return {
    pace,
    told,
    busy,
    followed,
    watch,
    states,
    after: (ms: number) => vi.advanceTimersByTimeAsync(ms),
  };
}

const paceOf = (ms: number): Order => ({ type: 'pace', heartbeatMs: ms });

it('slows a large room in which nothing happens, by and by', async () => {
  const { told, states, after } = room(450);
  await after(500);
  expect(told).toHaveLength(200);
  await after(1000);
  expect(told).toHaveLength(450);
  expect(new Set(told.map(([, order]) => JSON.stringify(order)))).toEqual(
    new Set([JSON.stringify(paceOf(10_000))]),
  );
  await after(10_000);
  expect(told).toHaveLength(450);
  expect(states.get('n7')?.pace.ms).toBe(10_000);
});

it('leaves a small room and agents that do not know the order as they are', async () => {
  const [few, old] = [room(20), room(100, [])];
  await few.after(60_000);
  expect([few.told, old.told]).toEqual([[], []]);
});

it('has a machine tell more as soon as work runs there, and for a while after', async () => {
  const { told, busy, after } = room(30);
  await after(1000);
  told.length = 0;
  busy.add('n3');
  await after(500);
  expect(told).toEqual([['n3', paceOf(2000)]]);
  busy.delete('n3');
  await after(29_000);
  expect(told).toHaveLength(1);
  await after(2000);
  expect(told).toEqual([
    ['n3', paceOf(2000)],
    ['n3', paceOf(10_000)],
  ]);
});

it('has all tell more at once when somebody asks for the machines, and while a page follows them', async () => {
  const { pace, told, watch, after } = room(30);
  await after(1000);
  told.length = 0;
  pace.looked();
  expect(told).toHaveLength(30);
  watch.isWatched = true;
  await after(120_000);
  expect(told).toHaveLength(30);
  watch.isWatched = false;
  await after(1000);
  expect(told).toHaveLength(60);
});

it('tells a machine again after it has come back', async () => {
  const { told, states, after } = room(30);
  await after(1000);
  const back = states.get('n5');
  if (back !== undefined) back.pace = { ms: 2000, since: 0 };
  told.length = 0;
  await after(500);
  expect(told).toEqual([['n5', paceOf(10_000)]]);
});

it('tells a machine nothing until it sends metrics: it may not listen yet', async () => {
  const { told, states, after } = room(30);
  const fresh = states.get('n5');
  if (fresh !== undefined) fresh.sendsMetrics = false;
  await after(1000);
  expect(told).toHaveLength(29);
  expect(fresh?.pace.ms).toBe(2000);
  if (fresh !== undefined) fresh.sendsMetrics = true;
  await after(500);
  expect(told.at(-1)).toEqual(['n5', paceOf(10_000)]);
});

it('has one machine tell more while somebody follows that one', async () => {
  const { told, followed, after } = room(30);
  await after(1000);
  told.length = 0;
  followed.add('n3');
  await after(500);
  followed.delete('n3');
  await after(500);
  expect(told).toEqual([
    ['n3', paceOf(2000)],
    ['n3', paceOf(10_000)],
  ]);
});
