import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compactDecision } from './compact-decision.js';
import { decisionRecordSchema, wholeDecision } from './decision-record.js';
import { anyMachine, anyTask } from './fixtures/any-mesh.js';
import { packMachines, unpackMachines } from './kept-machines.js';
import { createMoment } from './moment.js';
import { place } from './place.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';

const context = { at: 1000, task: 2, attempt: 3 };
const anyMachines = fc.uniqueArray(anyMachine, { selector: ({ id }) => id, minLength: 1, maxLength: 25 });
const anyWork = fc.record({
  id: fc.nat(30).map((id) => `m${id}`),
  slotsBusy: fc.nat(2),
  placedSinceHeartbeat: fc.nat(3),
  slotsFreeInMs: fc.option(fc.array(fc.nat(100), { maxLength: 2 }), { nil: undefined }),
});

it('keeps of a decision what makes its whole table again', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyMachines,
      fc.array(anyWork, { maxLength: 12 }),
      anyTask,
      fc.nat(60),
      async (machines, work, task, ms) => {
        const moment = createMoment({ id: 'a', at: 0, machines });
        for (const one of work) {
          const { slotsFreeInMs, ...rest } = one;
          moment.worked({ ...rest, ...(slotsFreeInMs !== undefined && { slotsFreeInMs }) });
        }
        const delayScheduling = { waitingMs: () => ms };
        const record = moment.decide(task, context, { delayScheduling });
        const now = machines.map(({ id }) => moment.machine(id)).filter((one) => one !== undefined);
        const decision = place(now, task, context, { delayScheduling });
        const stored = decisionRecordSchema.parse(JSON.parse(JSON.stringify(record)));
        const { again: _again, ...compact } = stored;
        expect(compact).toEqual(compactDecision(decision));
        const base = await unpackMachines(await packMachines(moment.base));
        expect(wholeDecision(stored, base)).toEqual(decision);
      },
    ),
    { numRuns: 200 },
  );
});

const task: TaskNeeds = {
  ...{ labels: {}, memoryBytes: 0, gpu: false, runtime: 'onnx', nodeId: null, failedOn: new Set<string>() },
  ...{ rows: 10, bytes: 4000 },
};

/** A room of a thousand as they come: names and ids in their real length, figures with all their digits. */
function room(): MachineSnapshot[] {
  const version = { version: '1.22.0' };
  return Array.from({ length: 1000 }, (_, number) => {
    const figure = 1 + Math.abs(Math.sin(number));
    return {
      id: `${number}`.padStart(4, '0').padEnd(26, 'abcdefghijklmnop'),
      name: `laboratory-${number}`,
      ...{ membership: 'joined', presence: 'active', scheduling: 'open', clonedIdentity: false },
      ...{ labels: { room: `${number % 7}` }, slotsTotal: 1, slotsBusy: 0, placedSinceHeartbeat: 0 },
      heartbeatAt: 1_796_000_000_000 + number * 7,
      ...{
        freeRamBytes: Math.round(4e9 * figure),
        gpus: 0,
        features: ['check', 'large-orders'],
        protection: null,
      },
      runtimes: { python: null, node: version, onnx: version, bubblewrap: null, containers: null },
      score: {
        score: 3 * figure,
        load: 9 / figure,
        performance: figure / 3,
        thermal: 1,
        thermalUnknown: false,
      },
      prediction: {
        rowsPerSecond: 1000 * figure,
        overheadMs: 7 / figure,
        startMs: 100 / figure,
        basis: 'class',
      },
      ...{ coldBytes: 1234, bytesPerSecond: 1e8 / figure, warm: true, slotUtilisation: figure / 2 },
      ...{ freeCpuPercent: 40 * figure, cores: 8, slotsBusyAtHeartbeat: 0 },
    };
  });
}

it('takes at most 4 KB a decision among a thousand machines, its part of what the moment keeps counted in', async () => {
  const machines = room();
  const moment = createMoment({ id: '1796000000000-1', at: 0, machines });
  let bytes = (await packMachines(moment.base)).length;
  let decisions = 0;
  while (!moment.isOver(1)) {
    const record = moment.decide(task, context, { delayScheduling: { waitingMs: () => 12.345678 } });
    const taken = moment.machine(record.chosenNodeId ?? '');
    if (taken === undefined) throw new Error('nothing was placed');
    moment.worked({ id: taken.id, slotsBusy: 1, placedSinceHeartbeat: 1, slotsFreeInMs: [123.456789] });
    bytes += Buffer.byteLength(JSON.stringify(record));
    decisions += 1;
  }
  expect(decisions).toBeGreaterThan(30);
  expect(bytes / decisions).toBeLessThan(4096);
});
