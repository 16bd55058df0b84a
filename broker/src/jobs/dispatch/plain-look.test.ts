import { expect, it } from 'vitest';
import { place } from '../../placement/place.js';
import type { MachineSnapshot, TaskNeeds } from '../../placement/snapshot.js';
import { createPlainLook } from './plain-look.js';

const machine = (id: string, slotsBusy: number, part: Partial<MachineSnapshot> = {}): MachineSnapshot =>
  ({ id, name: id, slotsTotal: 3, slotsBusy, placedSinceHeartbeat: 0, ...part }) as MachineSnapshot;

/** A look whose decisions are put aside: what they were made over is `seen`. */
function lookOver(machines: () => MachineSnapshot[], remaining: (number | null)[] = []) {
  let looks = 0;
  let seen: readonly MachineSnapshot[] = [];
  const look = createPlainLook<string, { rows: number | null }>({
    needsOf: () => ({ failedOn: new Set(), nodeId: null }) as unknown as TaskNeeds,
    machinesKeyOf: (job) => job,
    machinesFor() {
      looks += 1;
      return machines();
    },
    remainingOn: () => remaining,
    place(given, ...turn) {
      seen = given;
      return place([], ...turn);
    },
  });
  return {
    placedOn: look.placedOn,
    looks: () => looks,
    seenBy(job: string, rows = 10) {
      look.decide(job, { rows }, { at: 0, task: 0, attempt: 1 });
      return seen;
    },
  };
}

it('looks once for tasks that ask for the same, and counts what was placed meanwhile', () => {
  const look = lookOver(() => [machine('a', 0), machine('b', 1)]);
  const busy = () => look.seenBy('needs').map(({ slotsBusy }) => slotsBusy);
  expect(busy()).toEqual([0, 1]);
  look.placedOn('a', null);
  expect(busy()).toEqual([1, 1]);
  expect(look.seenBy('needs')[0]?.placedSinceHeartbeat).toBe(1);
  expect(look.looks()).toBe(1);
});

it('shows what it has placed to tasks that ask for something else, too', () => {
  const look = lookOver(() => [machine('a', 0)]);
  look.seenBy('one');
  look.placedOn('a', 50);
  expect(look.seenBy('another')).toMatchObject([{ slotsBusy: 1, placedSinceHeartbeat: 1 }]);
});

it('works out when a machine comes free once the look has filled it, by what runs there and what it was given', () => {
  const look = lookOver(() => [machine('a', 1)], [400]);
  look.seenBy('needs');
  look.placedOn('a', 70);
  expect(look.seenBy('needs')[0]?.slotsFreeInMs).toBeUndefined();
  look.placedOn('a', 90);
  expect(look.seenBy('needs')[0]).toMatchObject({ slotsBusy: 3, slotsFreeInMs: [400, 70, 90] });
});

it('says nothing of when a machine comes free where one of its tasks is unknown', () => {
  const look = lookOver(() => [machine('a', 2, { slotsFreeInMs: [1] })], [400, 300]);
  look.seenBy('needs');
  look.placedOn('a', null);
  expect(look.seenBy('needs')[0]).not.toHaveProperty('slotsFreeInMs');
});

it('gives a full machine orders ahead where its tasks take milliseconds, up to what it keeps', () => {
  const prediction = { rowsPerSecond: 1e6, overheadMs: 1, basis: 'machine' as const };
  const look = lookOver(() => [machine('a', 2, { prediction, ordersAhead: 2 })]);
  const room = () => {
    const [{ slotsTotal, slotsBusy } = { slotsTotal: 0, slotsBusy: 0 }] = look.seenBy('needs', 1);
    return slotsTotal - slotsBusy;
  };
  expect(room()).toBe(1);
  for (const left of [2, 1, 0]) {
    look.placedOn('a', 1);
    expect(room()).toBe(left);
  }
});
