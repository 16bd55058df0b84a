import { describe, expect, it } from 'vitest';
import type { MachineSnapshot } from '../../placement/snapshot.js';
import type { JobDocument } from '../job-document.js';
import { createQueueWork } from './backlog.js';

/** A machine with one slot that does so many rows a second. */
const machine = (id: string, rowsPerSecond: number, labels = {}) =>
  ({
    ...{ id, name: id, membership: 'joined', presence: 'active', scheduling: 'open', clonedIdentity: false },
    ...{ labels, slotsTotal: 1, slotsBusy: 0, heartbeatAt: 0, placedSinceHeartbeat: 0, freeRamBytes: 4e9 },
    ...{ gpus: 0, protection: null },
    runtimes: { python: null, node: null, onnx: { version: '1' }, bubblewrap: null, containers: null },
    score: {
      value: 5,
      score: 5,
      load: 10,
      performance: 1,
      thermal: 1,
      thermalUnknown: false,
    },
    prediction: { rowsPerSecond, overheadMs: 0, basis: 'machine' },
  }) as unknown as MachineSnapshot;

function job(id: string, rows: number[], { labels = {}, model = 'a' } = {}): JobDocument {
  return {
    id,
    app: { runtime: 'onnx', bundle: { sha256: model, bytes: 0, name: 'm' } },
    needs: { labels: {}, memoryBytes: 0, gpu: false },
    options: { labels },
    input: { sha256: 'i', bytes: 1, name: 'i.csv' },
    tasks: rows.map((count, index) => ({ index, state: 'queued', rows: count, shard: null, attempts: [] })),
  } as unknown as JobDocument;
}

const first = (of: JobDocument) => of.tasks[0] as JobDocument['tasks'][number];

describe('what the mesh needs for the queue', () => {
  const mesh = [machine('slow', 100), machine('fast', 900, { room: 'lab' })];
  const work = (jobs: JobDocument[]) =>
    createQueueWork({ active: () => jobs, snapshot: () => mesh, now: () => 1_000_000 });

  it('is the rest of it at the speed of all machines', () => {
    const [one, two] = [job('1', [1000]), job('2', [4000])];
    const queue = work([one, two]);
    expect(queue.besides(one, first(one))).toBeCloseTo(4000);
    expect(queue.of(two)).toBeCloseTo(4000);
    expect(queue.before(two)).toBeCloseTo(1000);
  });

  it('goes for jobs that ask for something by the machines that offer it', () => {
    const anywhere = job('1', [1000]);
    const lab = job('2', [900], { labels: { room: 'lab' } });
    const queue = work([anywhere, lab]);
    expect(queue.of(lab)).toBeCloseTo(1000);
    expect(queue.of(anywhere)).toBeCloseTo(1000);
    expect(queue.before(lab)).toBeCloseTo(1000);
    expect(queue.besides(anywhere, first(anywhere))).toBeCloseTo(1000);
  });
});
