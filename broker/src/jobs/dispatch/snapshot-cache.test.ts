import { expect, it } from 'vitest';
import type { MachineSnapshot } from '../../placement/snapshot.js';
import type { JobDocument, TaskDocument } from '../job-document.js';
import { createSeenMachines } from './snapshot-cache.js';

const machine = (id: string, slotsBusy: number): MachineSnapshot =>
  ({ id, name: id, slotsTotal: 3, slotsBusy, placedSinceHeartbeat: 0 }) as MachineSnapshot;
const task = { shard: null } as TaskDocument;
const job = (sha256: string, bytes: number) => ({ input: { sha256, bytes, name: 't.csv' } }) as JobDocument;

it('looks once for tasks that ask for the same, and counts what was placed meanwhile', () => {
  let looks = 0;
  const seen = createSeenMachines(() => {
    looks += 1;
    return [machine('a', 0), machine('b', 1)];
  });
  const small = job('1', 10);
  const busy = () => seen.of('needs', small, task).map(({ slotsBusy }) => slotsBusy);
  expect(busy()).toEqual([0, 1]);
  seen.placedOn('a');
  expect(busy()).toEqual([1, 1]);
  expect(seen.of('needs', job('2', 10), task)[0]?.placedSinceHeartbeat).toBe(1);
  expect(looks).toBe(1);
  // When a full machine comes free is worked out anew.
  seen.placedOn('b');
  seen.placedOn('b');
  expect(busy()).toEqual([0, 1]);
  expect(looks).toBe(2);
});

it('looks again for other needs, and for tables that have to be fetched', () => {
  let looks = 0;
  const seen = createSeenMachines(() => {
    looks += 1;
    return [];
  });
  seen.of('needs', job('1', 1e6), task);
  seen.of('needs', job('2', 1e6), task);
  seen.of('others', job('1', 1e6), task);
  expect(looks).toBe(3);
});
