import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyMachine, anyTask } from './fixtures/any-mesh.js';
import { packMoment, unpackMoment, type KeptMoment } from './kept-moment.js';
import { createMoment } from './moment.js';
import { withOrdersAhead } from './orders-ahead.js';
import { place } from './place.js';
import { recordedDecisionSchema, tableOf } from './recorded-decision.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';

const context = { at: 1000, task: 2, attempt: 3 };
const anyMachines = fc.uniqueArray(anyMachine, { selector: ({ id }) => id, minLength: 9, maxLength: 25 });

it('keeps of a decision what makes its whole table again, whatever changed before and after it', async () => {
  let left = 0;
  await fc.assert(
    fc.asyncProperty(
      anyMachines,
      fc.array(anyMachine, { maxLength: 12 }),
      fc.array(anyMachine, { maxLength: 6 }),
      anyTask,
      fc.nat(60),
      async (machines, before, after, task, ms) => {
        let kept: KeptMoment | undefined;
        const moment = createMoment({
          ...{ at: 0, machines },
          named: () => ({ id: 'a', isOwn: true }),
          ended: (ended) => (kept = ended),
        });
        const now = [...moment.machines];
        const put = (machine: MachineSnapshot) => moment.put(machine);
        for (const machine of before) {
          put(machine);
          const at = now.findIndex(({ id }) => id === machine.id);
          if (at >= 0) now[at] = machine;
        }
        const delayScheduling = { waitingMs: () => ms };
        const decided = moment.decide(task, context, { delayScheduling });
        after.forEach(put);
        moment.end();
        const seen = now.map((machine) => withOrdersAhead(machine, task.rows ?? null));
        const whole = place(seen, task, context, { delayScheduling });
        const stored = recordedDecisionSchema.parse(JSON.parse(JSON.stringify(decided)));
        const again = await unpackMoment(await packMoment(kept ?? expect.fail('it never ended')));
        expect(tableOf(stored, again)).toEqual({ candidates: whole.candidates, othersAt: null });
        expect(stored.summary).toBe(whole.summary);
        if (stored.candidates.length < whole.candidates.length) left += 1;
      },
    ),
    { numRuns: 150 },
  );
  expect(left).toBeGreaterThan(50);
});

const task: TaskNeeds = {
  ...{ labels: {}, memoryBytes: 0, gpu: false, runtime: 'onnx', nodeId: null, failedOn: new Set<string>() },
  ...{ rows: 10, bytes: 4000 },
};

function room(count: number): MachineSnapshot[] {
  return Array.from({ length: count }, (_, number) => ({
    ...{ id: `m${String(number).padStart(3, '0')}`, name: `lab-${number}` },
    ...{ membership: 'joined', presence: 'active', scheduling: 'open', clonedIdentity: false },
    ...{ labels: {}, slotsTotal: 1, slotsBusy: 0, placedSinceHeartbeat: 0, heartbeatAt: 900 },
    ...{ freeRamBytes: 4e9, gpus: 0, coldBytes: 0, protection: null, features: [] },
    runtimes: {
      python: null,
      node: { version: '20' },
      onnx: { version: '1' },
      bubblewrap: null,
      containers: null,
    },
    score: { score: 9 - number / 100, load: 9, performance: 1, thermal: 1, thermalUnknown: false },
  }));
}

it('shows the others as an earlier moment has them where its own is not kept, the best few as they were', () => {
  const [busiest = expect.fail('no machines'), ...rest] = room(20);
  const earlier = { at: 5, machines: [busiest, ...rest], changes: [] };
  const moment = createMoment({
    ...{ at: 900, machines: [{ ...busiest, slotsBusy: 1 }, ...rest] },
    named: () => ({ id: 'earlier', isOwn: false }),
    ended: () => undefined,
  });
  const decided = moment.decide(task, context);
  const { candidates, othersAt } = tableOf(decided, earlier);
  expect(othersAt).toBe(5);
  expect(candidates.slice(0, 3)).toEqual(decided.candidates);
  expect(candidates.map(({ rank }) => rank)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  expect(new Set(candidates.map(({ nodeId }) => nodeId)).size).toBe(20);
  expect(tableOf(decided, undefined)).toEqual({ candidates: decided.candidates, othersAt: null });
});

it('holds all machines of a small room itself', () => {
  const moment = createMoment({
    ...{ at: 0, machines: room(8) },
    named: () => expect.fail('nothing has to be kept for it'),
    ended: () => undefined,
  });
  const decided = moment.decide(task, context);
  expect(decided.candidates).toHaveLength(8);
  expect(decided.again).toBeUndefined();
});
