import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { place } from '../../placement/place.js';
import type { MachineSnapshot } from '../../placement/snapshot.js';
import type { JobDocument } from '../job-document.js';
import { shardMachines } from './machine-snapshots.js';
import { partNeeds } from './task-needs.js';

const good = { value: 5, score: 5, load: 10, performance: 1, thermal: 1, thermalUnknown: false };

function machine(id: string, more: Partial<MachineSnapshot> = {}): MachineSnapshot {
  return {
    ...{ id, name: id, membership: 'joined', presence: 'active', scheduling: 'open', clonedIdentity: false },
    ...{ labels: {}, slotsTotal: 2, slotsBusy: 0, heartbeatAt: 0, placedSinceHeartbeat: 0 },
    ...{ freeRamBytes: 4e9, gpus: 0, score: good as unknown as MachineSnapshot['score'] },
    runtimes: { python: null, node: null, onnx: { version: '1' }, bubblewrap: null, containers: null },
    ...more,
  } as MachineSnapshot;
}

function job(options: object = {}, needs: object = {}): JobDocument {
  return {
    app: { runtime: 'onnx' },
    needs: { labels: {}, memoryBytes: 0, gpu: false, ...needs },
    options,
  } as unknown as JobDocument;
}

const ids = (machines: readonly MachineSnapshot[], asked: JobDocument) =>
  shardMachines(machines, asked).machines.map(({ nodeId }) => nodeId);

describe('the machines a table is cut for', () => {
  it('are those that offer the protection which the job or its app asks for', () => {
    const mesh = [
      machine('open', { protection: 'none' }),
      machine('unmeasured'),
      machine('shut', { protection: 'strong' }),
    ];
    expect(ids(mesh, job())).toEqual(['open', 'unmeasured', 'shut']);
    expect(ids(mesh, job({ protection: 'strong' }))).toEqual(['shut']);
    expect(ids(mesh, job({}, { protection: 'strong' }))).toEqual(['shut']);
  });

  it('are only the asked one, or those with the asked labels, GPU and memory', () => {
    const mesh = [machine('a', { labels: { room: '2' } }), machine('b', { gpus: 1 })];
    expect(ids(mesh, job({ nodeId: 'b' }))).toEqual(['b']);
    expect(ids(mesh, job({ labels: { room: '2' } }))).toEqual(['a']);
    expect(ids(mesh, job({}, { gpu: true }))).toEqual(['b']);
    expect(ids(mesh, job({ memoryBytes: 5e9 }))).toEqual([]);
  });

  it('count in those that are busy just now', () => {
    expect(ids([machine('a', { slotsBusy: 2 })], job())).toEqual(['a']);
  });

  it('hold every machine that placement would take', () => {
    const anyMachine = fc.record({
      membership: fc.constantFrom('joined', 'rejected'),
      presence: fc.constantFrom('active', 'lost'),
      scheduling: fc.constantFrom('open', 'cordoned'),
      protection: fc.constantFrom(null, 'none', 'basic', 'strong'),
      gpus: fc.integer({ min: 0, max: 1 }),
      freeRamBytes: fc.constantFrom(null, 1e9, 8e9),
      slotsBusy: fc.integer({ min: 0, max: 2 }),
      labels: fc.constantFrom({}, { room: '2' }),
    });
    const anyJob = fc
      .tuple(
        fc.record({
          protection: fc.constantFrom(undefined, 'strong', 'basic'),
          labels: fc.constantFrom({}, { room: '2' }),
          memoryBytes: fc.constantFrom(undefined, 2e9),
          nodeId: fc.constantFrom(undefined, 'm0'),
        }),
        fc.boolean(),
      )
      .map(([options, gpu]) => job(options, { gpu }));
    fc.assert(
      fc.property(fc.array(anyMachine, { maxLength: 6 }), anyJob, (list, asked) => {
        const mesh = list.map((more, index) => machine(`m${index}`, more as Partial<MachineSnapshot>));
        const { candidates } = place(mesh, partNeeds(asked), { at: 0, task: 0, attempt: 1 });
        const takers = candidates.filter(({ rejections }) =>
          rejections.every(({ code }) => code === 'no-free-slot'),
        );
        expect(ids(mesh, asked).sort()).toEqual(takers.map(({ nodeId }) => nodeId).sort());
      }),
    );
  });
});
