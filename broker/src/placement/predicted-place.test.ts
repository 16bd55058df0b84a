import { scoreOf } from '@meshdeck/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drainMs, meshRowsPerSecond } from './backlog.js';
import { place } from './place.js';
import { predictedFinish } from './predicted-finish.js';
import { remainingMs, slotsFreeInMs } from './queue-ahead.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';

const context = { at: 1_000, task: 0, attempt: 1 };
const task: TaskNeeds = {
  labels: {},
  memoryBytes: 0,
  gpu: false,
  runtime: 'onnx',
  nodeId: null,
  failedOn: new Set(),
  rows: 10_000,
  bytes: 1_000_000,
};

const speed = (rowsPerSecond: number, overheadMs = 0) =>
  ({ rowsPerSecond, overheadMs, basis: 'machine' }) as const;

function machine(id: string, change: Partial<MachineSnapshot> & { cpu?: number } = {}): MachineSnapshot {
  const { cpu = 80, ...rest } = change;
  return {
    id,
    name: `lab-${id}`,
    membership: 'joined',
    presence: 'active',
    scheduling: 'open',
    clonedIdentity: false,
    labels: {},
    slotsTotal: 1,
    slotsBusy: 0,
    heartbeatAt: 900,
    placedSinceHeartbeat: 0,
    freeRamBytes: 4e9,
    gpus: 0,
    runtimes: {
      python: null,
      node: { version: '20' },
      onnx: { version: '1' },
      bubblewrap: null,
      containers: null,
    },
    score: scoreOf({
      freeCpuPercent: cpu,
      freeMemPercent: 50,
      freeRamBytes: 4e9,
      eventsPerSecond: 2000,
      cpuTemperatureCelsius: 40,
    }),
    ...rest,
  };
}

const busy = (endsInMs: number) => ({ slotsBusy: 1, slotsFreeInMs: [endsInMs] });

describe('placement by predicted finish', () => {
  it('takes the machine that should finish first, however its score compares, and says so', () => {
    const fast = machine('a', { cpu: 10, prediction: speed(1000, 2000) });
    const slow = machine('b', { cpu: 90, prediction: speed(322, 0) });
    const decision = place([slow, fast], task, context);
    expect(decision).toMatchObject({ policy: 'predicted-finish', chosenNodeId: 'a', waitsForNodeId: null });
    expect(decision.summary).toBe('lab-a should finish first: in 12.0 s; next lab-b in 31.1 s.');
  });

  it('names every term, and they add up', () => {
    const loaded = machine('a', {
      slotsTotal: 2,
      slotsBusy: 2,
      slotsFreeInMs: [4000, 3000],
      freeCpuPercent: 0,
      slotsBusyAtHeartbeat: 1,
      coldBytes: 500_000,
      bytesPerSecond: 1_000_000,
      prediction: speed(5000, 100),
    });
    expect(predictedFinish(loaded, task)).toEqual({
      queueMs: 3000,
      transferMs: 500,
      startMs: 0,
      overheadMs: 100,
      computeMs: 2000,
      loadFactor: 1.5,
      finishMs: 3000 + 500 + 1.5 * 2100,
      rowsPerSecond: 5000,
      basis: 'machine',
    });
  });

  it('goes by score while one machine that could take it has no prediction, or the rows are unknown', () => {
    const known = machine('a', { cpu: 10, prediction: speed(1e6) });
    const unknown = machine('b', { cpu: 90 });
    expect(place([known, unknown], task, context)).toMatchObject({ policy: 'score', chosenNodeId: 'b' });
    const cordoned = machine('b', { scheduling: 'cordoned' });
    expect(place([known, cordoned], task, context).policy).toBe('predicted-finish');
    expect(place([known], { ...task, rows: null }, context).policy).toBe('score');
    expect(place([known], task, context, { policy: 'score' }).policy).toBe('score');
  });

  it('prefers the machine that has the files already when fetching costs more than it wins', () => {
    const warm = machine('a', { prediction: speed(1000), coldBytes: 0, bytesPerSecond: 100_000 });
    const cold = machine('b', { prediction: speed(1200), bytesPerSecond: 100_000 });
    expect(place([warm, cold], task, context).chosenNodeId).toBe('a');
    expect(place([warm, { ...cold, bytesPerSecond: 100e6 }], task, context).chosenNodeId).toBe('b');
  });

  it('never takes a machine with a score of 0, but does not hold our own work against it', () => {
    const prediction = speed(1000);
    const swamped = machine('a', { cpu: 0, prediction, slotsBusyAtHeartbeat: 0 });
    expect(place([swamped], task, context).candidates[0]?.rejections[0]?.code).toBe('score-zero');
    const freed = { ...swamped, slotsBusyAtHeartbeat: 1 };
    expect(place([freed], task, context).chosenNodeId).toBe('a');
    const hot = {
      ...freed,
      score: scoreOf({
        freeCpuPercent: 0,
        freeMemPercent: 50,
        freeRamBytes: 4e9,
        eventsPerSecond: 2000,
        cpuTemperatureCelsius: 99,
      }),
    };
    expect(place([hot], task, context).chosenNodeId).toBeNull();
  });
});

describe('late binding', () => {
  const slow = machine('a', { prediction: speed(100) });
  const fast = machine('b', { prediction: speed(10_000), ...busy(5000) });

  it('is off unless asked for', () => {
    expect(place([slow, fast], task, context).chosenNodeId).toBe('a');
  });

  it('waits for a busy machine that should finish it sooner, and says for which', () => {
    const decision = place([slow, fast], task, context, { lateBinding: { waitingMs: () => 0 } });
    expect(decision).toMatchObject({ outcome: 'waiting', chosenNodeId: null, waitsForNodeId: 'b' });
    expect(decision.summary).toBe(
      'Waits for lab-b: done there 1 min 34 s sooner (in 6.0 s; on lab-a, which is free, in 1 min 40 s).',
    );
  });

  it('begins on the slow one once the fast one has too much before it', () => {
    const decision = place([slow, fast], task, context, { lateBinding: { waitingMs: () => 150_000 } });
    expect(decision.chosenNodeId).toBe('a');
  });

  it('waits for no machine that is busy and unfit', () => {
    const cordoned = { ...fast, scheduling: 'cordoned' as const };
    expect(place([slow, cordoned], task, context, { lateBinding: { waitingMs: () => 0 } }).chosenNodeId).toBe(
      'a',
    );
  });

  it('waits only while some machine is busy, whatever the room looks like', () => {
    const anyMachine = fc.record({
      id: fc.stringMatching(/^[a-z]{1,4}$/),
      slotsBusy: fc.integer({ min: 0, max: 1 }),
      rowsPerSecond: fc.integer({ min: 1, max: 100_000 }),
      freeInMs: fc.integer({ min: 0, max: 100_000 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(anyMachine, { selector: ({ id }) => id, minLength: 1, maxLength: 8 }),
        fc.nat(200_000),
        (list, waitingMs) => {
          const machines = list.map(({ id, slotsBusy, rowsPerSecond, freeInMs }) =>
            machine(id, {
              slotsBusy,
              slotsFreeInMs: [freeInMs * slotsBusy],
              prediction: speed(rowsPerSecond),
            }),
          );
          const decision = place(machines, task, context, { lateBinding: { waitingMs: () => waitingMs } });
          const free = list.filter(({ slotsBusy }) => slotsBusy === 0);
          if (free.length === list.length) expect(decision.outcome).toBe('placed');
          const awaited = list.find(({ id }) => id === decision.waitsForNodeId);
          if (awaited !== undefined) expect(awaited.slotsBusy).toBe(1);
          const finishes = decision.candidates.filter(({ rank }) => rank !== null);
          for (const [index, { prediction }] of finishes.slice(1).entries()) {
            expect(prediction?.finishMs).toBeGreaterThanOrEqual(finishes[index]?.prediction?.finishMs ?? 0);
          }
        },
      ),
    );
  });
});

describe('the queue ahead', () => {
  it('trusts the prediction first and the pace of the run later', () => {
    expect(remainingMs({ predictedMs: 1000, elapsedMs: 400, progress: 0 })).toBe(600);
    expect(remainingMs({ predictedMs: 1000, elapsedMs: 3000, progress: 0 })).toBe(300);
    expect(remainingMs({ predictedMs: 1000, elapsedMs: 900, progress: 0.5 })).toBe((900 + 100) / 2);
    expect(remainingMs({ predictedMs: null, elapsedMs: 900, progress: 0.9 })).toBeCloseTo(100);
    expect(remainingMs({ predictedMs: null, elapsedMs: 900, progress: 0 })).toBeNull();
  });

  it('knows free slots and admits what it does not know', () => {
    expect(slotsFreeInMs(3, [500])).toEqual([500, 0, 0]);
    expect(slotsFreeInMs(2, [500, null])).toBeUndefined();
  });

  it('drains with every machine that may take the task, busy ones too', () => {
    const machines = [
      machine('a', { prediction: speed(100), slotsTotal: 2 }),
      machine('b', { prediction: speed(300), ...busy(1) }),
      machine('c', { prediction: speed(900), presence: 'lost' }),
      machine('d'),
    ];
    expect(meshRowsPerSecond(machines, task)).toBe(500);
    expect(
      drainMs([
        { rows: 1000, meshRowsPerSecond: 500 },
        { rows: 9, meshRowsPerSecond: 0 },
      ]),
    ).toBe(2000);
  });
});

describe('warmth', () => {
  it('breaks a tie between scores that read the same, model loaded before files there', () => {
    const cold = machine('a', { cpu: 50, coldBytes: 1e6, warm: false });
    const files = machine('b', { cpu: 50, coldBytes: 0, warm: false });
    const warm = machine('c', { cpu: 50, coldBytes: 0, warm: true });
    expect(place([cold, files], task, context).chosenNodeId).toBe('b');
    expect(place([cold, files, warm], task, context).chosenNodeId).toBe('c');
    const stronger = machine('d', { cpu: 60, coldBytes: 1e9, warm: false });
    expect(place([warm, stronger], task, context)).toMatchObject({ policy: 'score', chosenNodeId: 'd' });
  });

  it('counts what a cold machine would have to fetch and load', () => {
    const prediction = { ...speed(1000, 0), startMs: 3000 };
    const cold = machine('a', { coldBytes: 20e6, bytesPerSecond: 10e6, warm: false, prediction });
    const warm = machine('b', { coldBytes: 0, bytesPerSecond: 10e6, warm: true, prediction: speed(800, 0) });
    const decision = place([cold, warm], task, context);
    expect(decision.chosenNodeId).toBe('b');
    expect(decision.candidates.find(({ nodeId }) => nodeId === 'a')?.prediction).toMatchObject({
      transferMs: 2000,
      startMs: 3000,
    });
  });
});
