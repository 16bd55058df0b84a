import { scoreOf } from '@meshdeck/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { place } from './place.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';

const context = { at: 1_000, task: 0, attempt: 1 };

const task = (change: Partial<TaskNeeds> = {}): TaskNeeds => ({
  labels: {},
  memoryBytes: 0,
  gpu: false,
  runtime: 'onnx',
  nodeId: null,
  failedOn: new Set(),
  ...change,
});

const machine = (id: string, change: Partial<MachineSnapshot> & { cpu?: number } = {}): MachineSnapshot => {
  const { cpu = 80, ...rest } = change;
  return {
    id,
    name: `lab-${id}`,
    membership: 'joined',
    presence: 'active',
    scheduling: 'open',
    clonedIdentity: false,
    labels: {},
    slotsTotal: 2,
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
};

describe('verifying a result', () => {
  const producedBy = new Set(['a']);

  it('goes to a machine that did not make it, though another has the higher score', () => {
    const machines = [machine('a', { cpu: 90 }), machine('b', { cpu: 20 })];
    const decision = place(machines, task({ producedBy }), context);
    expect(decision.chosenNodeId).toBe('b');
    const maker = decision.candidates.find(({ nodeId }) => nodeId === 'a');
    expect(maker?.rejections.map(({ code }) => code)).toEqual(['made-the-result']);
  });

  it('waits for one that is merely busy', () => {
    const busy = machine('b', { slotsTotal: 1, slotsBusy: 1 });
    expect(place([machine('a'), busy], task({ producedBy }), context)).toMatchObject({
      outcome: 'waiting',
      summary: expect.stringContaining('busy') as string,
    });
    const strained = machine('b', { cpu: 0 });
    expect(place([machine('a'), strained], task({ producedBy }), context).outcome).toBe('waiting');
  });

  it('takes the one that made it where no other could', () => {
    const lost = machine('b', { presence: 'lost' });
    expect(place([machine('a'), lost], task({ producedBy }), context).chosenNodeId).toBe('a');
    const failed = task({ producedBy, failedOn: new Set(['b']) });
    expect(place([machine('a'), machine('b')], failed, context).chosenNodeId).toBe('a');
    expect(place([machine('a'), machine('b')], task({ producedBy, nodeId: 'a' }), context).chosenNodeId).toBe(
      'a',
    );
  });
});

describe('place', () => {
  it('takes the machine with the highest score and says so', () => {
    const decision = place([machine('a', { cpu: 20 }), machine('b', { cpu: 90 })], task(), context);
    expect(decision).toMatchObject({ outcome: 'placed', chosenNodeId: 'b' });
    expect(decision.summary).toMatch(/^lab-b had the highest score of 2 machines: [\d.]+; next was lab-a/);
    expect(decision.candidates.map(({ nodeId, rank }) => [nodeId, rank])).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
  });

  it.each([
    ['not-joined', machine('a', { membership: 'pending' }), task()],
    ['lost', machine('a', { presence: 'lost' }), task()],
    ['cordoned', machine('a', { scheduling: 'cordoned' }), task()],
    ['draining', machine('a', { scheduling: 'draining' }), task()],
    ['cloned-identity', machine('a', { clonedIdentity: true }), task()],
    ['not-the-asked-node', machine('a'), task({ nodeId: 'b' })],
    ['label-mismatch', machine('a', { labels: { room: '1' } }), task({ labels: { room: '2' } })],
    ['runtime-missing', machine('a'), task({ runtime: 'python' })],
    ['runtime-missing', machine('a', { runtimes: null }), task()],
    ['gpu-missing', machine('a'), task({ gpu: true })],
    ['protection-short', machine('a'), task({ protection: 'basic' })],
    ['agent-too-old', machine('a'), task({ features: ['check'] })],
    ['protection-short', machine('a', { protection: 'none' }), task({ protection: 'basic' })],
    ['protection-short', machine('a', { protection: 'basic' }), task({ protection: 'strong' })],
    ['memory-short', machine('a', { freeRamBytes: 1e9 }), task({ memoryBytes: 2e9 })],
    ['no-metrics', machine('a', { score: null }), task()],
    ['score-zero', machine('a', { cpu: 0 }), task()],
    ['no-free-slot', machine('a', { slotsBusy: 2 }), task()],
  ] as const)('rejects with %s, in words, and waits', (code, snapshot, needs) => {
    const decision = place([snapshot], needs, context);
    expect(decision.outcome).toBe('waiting');
    expect(decision.chosenNodeId).toBeNull();
    expect(decision.candidates[0]?.rejections.map((rejection) => rejection.code)).toContain(code);
    expect(decision.summary).toMatch(/^Waits/);
  });

  it('says of a machine that has told nothing yet only that it has not joined', () => {
    const pending = { membership: 'pending', runtimes: null, score: null, slotsTotal: 0 } as const;
    const reasons = place([machine('a', pending)], task({ gpu: true }), context).candidates[0]?.rejections;
    expect(reasons?.map(({ message }) => message)).toEqual(['It has not joined this hub.']);
    const slotless = place([machine('a', { slotsTotal: 0 })], task(), context).candidates[0]?.rejections;
    expect(slotless?.map(({ message }) => message)).toEqual(['It offers no slots.']);
  });

  it('goes elsewhere after a failure, and back only when nobody else is left', () => {
    const failedOn = new Set(['b']);
    const both = [machine('a', { cpu: 20 }), machine('b', { cpu: 90 })];
    expect(place(both, task({ failedOn }), context).chosenNodeId).toBe('a');
    expect(place([machine('b')], task({ failedOn }), context).chosenNodeId).toBe('b');
  });

  it('counts what was handed out since the last heartbeat', () => {
    const busy = machine('b', { cpu: 90, placedSinceHeartbeat: 1 });
    expect(place([machine('a', { cpu: 70 }), busy], task(), context).chosenNodeId).toBe('a');
  });

  it('tells what a waiting job waits for', () => {
    expect(place([], task(), context).summary).toContain('no machine has joined yet');
    expect(place([machine('a', { slotsBusy: 2 })], task(), context).summary).toBe(
      'Waits: every machine that could take it is busy.',
    );
    expect(place([machine('a')], task({ nodeId: 'zz' }), context).summary).toContain('not in the mesh');
    expect(place([machine('a', { presence: 'lost' })], task({ nodeId: 'a' }), context).summary).toBe(
      'Waits for lab-a: it is lost: no heartbeat comes from it.',
    );
  });

  it('names machines with a score of 0, with what is the matter and what ends it', () => {
    const hot = scoreOf({
      freeCpuPercent: 50,
      freeMemPercent: 50,
      freeRamBytes: 4e9,
      eventsPerSecond: 2000,
      cpuTemperatureCelsius: 96,
    });
    const decision = place([machine('a', { cpu: 0 }), machine('b', { score: hot })], task(), context);
    expect(decision.chosenNodeId).toBeNull();
    expect(decision.summary).toBe(
      'Waits: no machine that could take it has a score above 0 (lab-a has no free CPU or memory, lab-b is too hot). ' +
        'It starts by itself as soon as one has, or when another machine joins.',
    );
    const many = ['a', 'b', 'c', 'd', 'e'].map((id) => machine(id, { cpu: 0 }));
    expect(place(many, task(), context).summary).toContain('and so on for 2 more');
  });

  it('names one reason, that of the machines that suit the task', () => {
    const labels = { room: '2' };
    const room = [machine('a'), machine('b', { labels, scheduling: 'cordoned' })];
    expect(place(room, task({ labels }), context).summary).toBe(
      'Waits: the machines that could take it are cordoned.',
    );
    expect(place([machine('a')], task({ labels }), context).summary).toBe(
      'Waits: no machine carries the labels room=2.',
    );
  });

  it('is a pure function that never picks a rejected machine, whatever the room looks like', () => {
    const anyMachine = fc.record({
      id: fc.stringMatching(/^[a-z]{1,4}$/),
      cpu: fc.integer({ min: 0, max: 100 }),
      slotsBusy: fc.integer({ min: 0, max: 2 }),
      presence: fc.constantFrom('active' as const, 'lost' as const),
      scheduling: fc.constantFrom('open' as const, 'cordoned' as const),
      placedSinceHeartbeat: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(anyMachine, { selector: ({ id }) => id, maxLength: 12 }), (list) => {
        const machines = list.map(({ id, ...rest }) => machine(id, rest));
        const decision = place(machines, task(), context);
        expect(place([...machines].reverse(), task(), context).chosenNodeId).toBe(decision.chosenNodeId);
        expect(decision.candidates).toHaveLength(machines.length);
        const open = decision.candidates.filter(({ rejections }) => rejections.length === 0);
        if (open.length === 0) {
          expect(decision.chosenNodeId).toBeNull();
          return;
        }
        const best = Math.max(...open.map(({ effectiveScore }) => effectiveScore ?? 0));
        const chosen = open.find(({ nodeId }) => nodeId === decision.chosenNodeId);
        expect(chosen?.effectiveScore).toBe(best);
      }),
    );
  });
});
