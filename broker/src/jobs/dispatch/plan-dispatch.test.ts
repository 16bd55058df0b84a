import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filters } from '../../placement/filters.js';
import { place } from '../../placement/place.js';
import type { MachineSnapshot, TaskNeeds } from '../../placement/snapshot.js';
import type { DispatchState } from './dispatch-state.js';
import { createPlainLook, type PlaceTask } from './plain-look.js';
import { planDispatch } from './plan-dispatch.js';

interface Task {
  index: number;
  rows: number | null;
  isDue?: boolean;
  part?: boolean;
  needs?: Partial<TaskNeeds>;
}

interface Job {
  id: string;
  owner: string;
  ownerName: string;
  tasks: Task[];
}

type State = DispatchState<Job, Task>;

const machine = (id: string, part: Partial<MachineSnapshot> = {}): MachineSnapshot => ({
  ...{ id, name: id, membership: 'joined', presence: 'active', scheduling: 'open', clonedIdentity: false },
  ...{ labels: {}, slotsTotal: 1, slotsBusy: 0, heartbeatAt: 0, placedSinceHeartbeat: 0, freeRamBytes: 4e9 },
  ...{ gpus: 0, protection: null },
  runtimes: {
    python: null,
    node: { version: '20' },
    onnx: { version: '1' },
    bubblewrap: null,
    containers: null,
  },
  score: { score: 5, load: 10, performance: 1, thermal: 1, thermalUnknown: false },
  ...part,
});

const speed = (rowsPerSecond: number) => ({
  prediction: { rowsPerSecond, overheadMs: 0, basis: 'machine' as const },
});

function job(id: string, tasks: Partial<Task>[] = [{}], owner = 'ann'): Job {
  const all = tasks.map((task, index): Task => ({ index, rows: 1000, ...task }));
  return { id, owner, ownerName: owner, tasks: all };
}

const needsOf = ({ rows, needs }: Task): TaskNeeds => ({
  ...{ labels: {}, memoryBytes: 0, gpu: false, runtime: 'onnx', nodeId: null, failedOn: new Set() },
  rows,
  ...needs,
});

const keyOf = (task: Task) => JSON.stringify([task.rows, task.needs?.labels, task.needs?.nodeId]);

const stateOf = (
  queue: Job[],
  machines: MachineSnapshot[],
  { placeTask = place, ...part }: Partial<State> & { placeTask?: PlaceTask } = {},
): State => ({
  now: 1_000_000,
  queue,
  tasksOf: ({ tasks }) => tasks,
  isDue: ({ isDue = true }) => isDue,
  nextAttempt: () => 1,
  isPart: ({ part: isPart = false }) => isPart,
  keyOf: (_job, task) => keyOf(task),
  look: () =>
    createPlainLook<Job, Task>({
      needsOf: (_job, task) => needsOf(task),
      machinesKeyOf: (_job, task) => keyOf(task),
      machinesFor: () => machines,
      remainingOn: () => [],
      place: placeTask,
    }),
  backlogMs: () => 0,
  mayWaitUntil: () => Infinity,
  underWay: () => [],
  runningLimit: () => null,
  reasonsDue: true,
  mayReason: () => true,
  ...part,
});

/** Each step in short: `job/task > machine`, or `job/task waits`. */
const steps = (state: State) =>
  planDispatch(state).map((step) => {
    const who = `${step.job.id}/${step.task.index}`;
    return step.kind === 'place' ? `${who} > ${step.nodeId}` : `${who} waits`;
  });

describe('a plan of one look at the queue', () => {
  it('gives the first in the queue the machines, and tells the next why it waits', () => {
    const plan = planDispatch(stateOf([job('1'), job('2')], [machine('a')]));
    expect(plan).toMatchObject([
      { kind: 'place', nodeId: 'a', job: { id: '1' }, decision: { outcome: 'placed', chosenNodeId: 'a' } },
      {
        kind: 'wait',
        job: { id: '2' },
        insteadOfMs: null,
        decision: { summary: 'Waits: every machine that could take it is busy.' },
      },
    ]);
  });

  it('goes past a job that no machine suits, to those that ask for something else', () => {
    const lab = job('1', [{ needs: { labels: { room: 'lab' } } }]);
    expect(steps(stateOf([lab, job('2')], [machine('a')]))).toEqual(['1/0 waits', '2/0 > a']);
  });

  it('asks once for tasks that would hear the same, and tells all of them', () => {
    let asked = 0;
    const counting: PlaceTask = (...turn) => {
      asked += 1;
      return place(...turn);
    };
    const jobs = ['1', '2', '3'].map((id) => job(id));
    const state = stateOf(jobs, [machine('a', { slotsBusy: 1 })], { placeTask: counting });
    expect(steps(state)).toEqual(['1/0 waits', '2/0 waits', '3/0 waits']);
    expect(asked).toBe(1);
  });

  it('gives no reasons for a full mesh while none are due', () => {
    expect(steps(stateOf([job('1')], [machine('a', { slotsBusy: 1 })], { reasonsDue: false }))).toEqual([]);
  });

  it('leaves alone what waits for its retry, and places the other parts of the job', () => {
    const parts = job('1', [{ isDue: false }, {}]);
    expect(steps(stateOf([parts], [machine('a', { slotsTotal: 4 })]))).toEqual(['1/1 > a']);
  });

  it('holds back the second job of who may run one, and lets another person past', () => {
    const jobs = [job('1'), job('2'), job('3', [{}], 'bob')];
    const state = stateOf(jobs, [machine('a', { slotsTotal: 4 })], {
      runningLimit: (owner) => (owner === 'ann' ? 1 : null),
    });
    expect(steps(state)).toEqual(['1/0 > a', '2/0 waits', '3/0 > a']);
    expect(planDispatch(state)[1]?.decision.summary).toContain('Waits for another job of ann to end');
  });

  it('spreads what it places: the next task sees the slot taken', () => {
    const parts = job('1', [{}, {}, {}]);
    expect(steps(stateOf([parts], [machine('a', { slotsTotal: 2 }), machine('b')])).sort()).toEqual([
      '1/0 > a',
      '1/1 > b',
      '1/2 > a',
    ]);
  });
});

describe('waiting by choice', () => {
  const mesh = [machine('fast', speed(10_000)), machine('slow', speed(100))];
  const two = () => [job('1'), job('2')];

  it('waits for the fast machine that the plan itself has filled, and says instead of what', () => {
    expect(planDispatch(stateOf(two(), mesh))).toMatchObject([
      { kind: 'place', nodeId: 'fast' },
      { kind: 'wait', decision: { waitsForNodeId: 'fast' }, insteadOfMs: 10_000 },
    ]);
  });

  it('takes the free one once the job has waited for as long as it may', () => {
    expect(steps(stateOf(two(), mesh, { mayWaitUntil: () => 999_999 }))).toEqual([
      '1/0 > fast',
      '2/0 > slow',
    ]);
  });

  it('weighs what else waits, without what the plan has placed', () => {
    const placed: number[] = [];
    const state = stateOf(two(), mesh, {
      backlogMs: (_job, _task, rows) => {
        placed.push(...rows.values());
        return 1e9;
      },
    });
    expect(steps(state)).toEqual(['1/0 > fast', '2/0 > slow']);
    expect(placed).toEqual([1000]);
  });
});

const anyMachine = fc
  .record({
    slotsTotal: fc.integer({ min: 0, max: 4 }),
    busy: fc.integer({ min: 0, max: 4 }),
    presence: fc.constantFrom('active' as const, 'lost' as const),
    scheduling: fc.constantFrom('open' as const, 'cordoned' as const),
    room: fc.constantFrom('lab', 'hall'),
    rowsPerSecond: fc.option(fc.integer({ min: 1, max: 100_000 })),
  })
  .map(({ slotsTotal, busy, room, rowsPerSecond, ...part }) => ({
    ...part,
    ...(rowsPerSecond === null ? {} : speed(rowsPerSecond)),
    slotsTotal,
    slotsBusy: Math.min(busy, slotsTotal),
    labels: { room },
  }));

const anyJob = fc.record({
  owner: fc.constantFrom('ann', 'bob'),
  tasks: fc.array(
    fc.record({
      rows: fc.option(fc.integer({ min: 1, max: 10_000 })),
      isDue: fc.boolean(),
      part: fc.boolean(),
      needs: fc.constantFrom({}, { labels: { room: 'lab' } }, { nodeId: 'm0' }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

const anyState = fc
  .record({
    machines: fc.array(anyMachine, { maxLength: 5 }),
    jobs: fc.array(anyJob, { maxLength: 8 }),
    reasonsDue: fc.boolean(),
    prefetch: fc.integer({ min: 0, max: 3 }),
    limit: fc.option(fc.integer({ min: 1, max: 3 })),
  })
  .map(({ machines, jobs, reasonsDue, prefetch, limit }) => ({
    machines: machines.map((part, index) => machine(`m${index}`, { ...part, ordersAhead: prefetch })),
    jobs: jobs.map(({ owner, tasks }, index) => job(`j${index}`, tasks, owner)),
    part: { reasonsDue, runningLimit: () => limit },
    prefetch,
  }));

describe('every plan', () => {
  it('gives no machine more than its free slots and the orders that it keeps ahead', () => {
    fc.assert(
      fc.property(anyState, ({ machines, jobs, part, prefetch }) => {
        const plan = planDispatch(stateOf(jobs, machines, part));
        for (const { id, slotsTotal, slotsBusy } of machines) {
          const given = plan.filter((step) => step.kind === 'place' && step.nodeId === id).length;
          const most = slotsTotal === 0 ? 0 : slotsTotal + prefetch;
          expect(slotsBusy + given).toBeLessThanOrEqual(Math.max(most, slotsBusy));
        }
      }),
    );
  });

  it('places a task once at most, only where it is due, and never on a machine that a filter rejects', () => {
    fc.assert(
      fc.property(anyState, ({ machines, jobs, part }) => {
        const placed = new Set<Task>();
        for (const step of planDispatch(stateOf(jobs, machines, part))) {
          if (step.kind !== 'place') continue;
          expect(placed.has(step.task)).toBe(false);
          placed.add(step.task);
          expect(step.task.isDue).toBe(true);
          const chosen = machines.find(({ id }) => id === step.nodeId) ?? expect.fail('no such machine');
          const rejections = filters.flatMap((filter) => filter(chosen, needsOf(step.task)) ?? []);
          // Its orders ahead go beyond its slots, which the property above bounds.
          expect(rejections.filter(({ code }) => code !== 'no-free-slot')).toEqual([]);
        }
      }),
    );
  });

  it('lets no person run more jobs than they may', () => {
    fc.assert(
      fc.property(anyState, ({ machines, jobs, part }) => {
        const limit = part.runningLimit();
        for (const owner of limit === null ? [] : ['ann', 'bob']) {
          const own = planDispatch(stateOf(jobs, machines, part)).filter(
            (step) => step.kind === 'place' && step.job.owner === owner,
          );
          expect(new Set(own.map((step) => step.job.id)).size).toBeLessThanOrEqual(limit ?? 0);
        }
      }),
    );
  });

  it('is the same for the same state, which it leaves as it was', () => {
    fc.assert(
      fc.property(anyState, ({ machines, jobs, part }) => {
        const before = structuredClone({ machines, jobs });
        const first = planDispatch(stateOf(jobs, machines, part));
        expect(planDispatch(stateOf(jobs, machines, part))).toEqual(first);
        expect({ machines, jobs }).toEqual(before);
      }),
    );
  });
});
