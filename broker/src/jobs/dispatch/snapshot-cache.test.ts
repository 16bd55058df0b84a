import { expect, it } from 'vitest';
import type { MachineSnapshot } from '../../placement/snapshot.js';
import { createSnapshotCache } from './snapshot-cache.js';

const machine = (id: string, slotsBusy: number, part: Partial<MachineSnapshot> = {}): MachineSnapshot =>
  ({ id, name: id, slotsTotal: 3, slotsBusy, placedSinceHeartbeat: 0, ...part }) as MachineSnapshot;
const idle = { remainingOn: () => [], prefetchOf: () => 0 };

it('looks once for tasks that ask for the same, and counts what was placed meanwhile', () => {
  let looks = 0;
  const look = () => {
    looks += 1;
    return [machine('a', 0), machine('b', 1)];
  };
  const cache = createSnapshotCache(idle);
  const busy = () => cache.of('needs', 10, look).map(({ slotsBusy }) => slotsBusy);
  expect(busy()).toEqual([0, 1]);
  cache.placedOn('a', null);
  expect(busy()).toEqual([1, 1]);
  expect(cache.of('needs', 10, look)[0]?.placedSinceHeartbeat).toBe(1);
  expect(looks).toBe(1);
});

it('shows what it has placed to tasks that ask for something else, too', () => {
  const cache = createSnapshotCache(idle);
  cache.of('one', 10, () => [machine('a', 0)]);
  cache.placedOn('a', 50);
  expect(cache.of('another', 10, () => [machine('a', 0)])).toMatchObject([
    { slotsBusy: 1, placedSinceHeartbeat: 1 },
  ]);
});

it('works out when a machine comes free once the look has filled it, by what runs there and what it was given', () => {
  const cache = createSnapshotCache({ ...idle, remainingOn: () => [400] });
  const seen = () => cache.of('needs', 10, () => [machine('a', 1)])[0];
  cache.of('needs', 10, () => [machine('a', 1)]);
  cache.placedOn('a', 70);
  expect(seen()?.slotsFreeInMs).toBeUndefined();
  cache.placedOn('a', 90);
  expect(seen()).toMatchObject({ slotsBusy: 3, slotsFreeInMs: [400, 70, 90] });
});

it('says nothing of when a machine comes free where one of its tasks is unknown', () => {
  const cache = createSnapshotCache({ ...idle, remainingOn: () => [400, 300] });
  const before = machine('a', 2, { slotsFreeInMs: [1] });
  cache.of('needs', 10, () => [before]);
  cache.placedOn('a', null);
  expect(cache.of('needs', 10, () => [before])[0]).not.toHaveProperty('slotsFreeInMs');
});

it('gives a full machine orders ahead where its tasks take milliseconds, up to what it keeps', () => {
  const prediction = { rowsPerSecond: 1e6, overheadMs: 1, basis: 'machine' as const };
  const cache = createSnapshotCache({ ...idle, prefetchOf: () => 2 });
  const look = () => [machine('a', 2, { prediction })];
  const room = () => {
    const [{ slotsTotal, slotsBusy } = { slotsTotal: 0, slotsBusy: 0 }] = cache.of('needs', 1, look);
    return slotsTotal - slotsBusy;
  };
  expect(room()).toBe(1);
  for (const left of [2, 1, 0]) {
    cache.placedOn('a', 1);
    expect(room()).toBe(left);
  }
});
