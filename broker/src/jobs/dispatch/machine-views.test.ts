import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compactDecision, fewMachines } from '../../placement/compact-decision.js';
import { anyMachine } from '../../placement/fixtures/any-mesh.js';
import { createMoment } from '../../placement/moment.js';
import { place } from '../../placement/place.js';
import type { MachineSnapshot } from '../../placement/snapshot.js';
import type { NodeState } from '../../nodes/node-state.js';
import { storedJob } from '../store/fixtures/stored-jobs.js';
import type { JobDocument, TaskDocument } from '../job-document.js';
import { createMachineViews } from './machine-views.js';
import { createPlainLook } from './plain-look.js';
import { taskNeeds } from './task-needs.js';

const task = { index: 0, shard: null, state: 'queued', retryAt: 0, attempts: [] };
const taskOf = (rows: number) => ({ ...task, rows }) as unknown as TaskDocument;

/** A machine per number, so that its id and what is known of it stay apart. */
const anyRoom = fc.uniqueArray(anyMachine, { selector: ({ id }) => id, minLength: 9, maxLength: 20 });
const anyTurn = fc.record({
  rows: fc.constantFrom(10, 10_000),
  changed: fc.array(anyMachine, { maxLength: 3 }),
  looks: fc.nat(3),
  ms: fc.nat(600),
});

it('sees in every look what a look over all machines sees, whatever was told of them in between', () => {
  let placed = 0;
  fc.assert(
    fc.property(anyRoom, fc.array(anyTurn, { minLength: 1, maxLength: 8 }), (room, turns) => {
      const known = new Map(room.map((machine) => [machine.id, machine]));
      let now = 1000;
      const stateOf = (id: string) => ({ document: { id } }) as NodeState;
      const snapshotOf = ({ document: { id } }: NodeState): MachineSnapshot =>
        known.get(id) ?? expect.fail('no such machine');
      const views = createMachineViews({
        states: () => [...known.keys()].map(stateOf),
        state: (id) => (known.has(id) ? stateOf(id) : undefined),
        snapshotOf,
        remainingOn: () => [40],
        beginMoment: (_model, machines) =>
          createMoment({
            ...{ at: now, machines },
            named: () => ({ id: 'a', isOwn: true }),
            ended: () => undefined,
          }),
        now: () => now,
      });
      const job = storedJob(1);
      for (const { rows, changed, looks, ms } of turns) {
        now += ms;
        for (const machine of changed) {
          known.set(machine.id, machine);
          views.changed(machine.id);
        }
        const look = views.look();
        const plain = createPlainLook<JobDocument, TaskDocument>({
          needsOf: taskNeeds,
          machinesKeyOf: (_job, { rows: many }) => String(many),
          machinesFor: () => [...known.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
          remainingOn: () => [40],
          place,
        });
        for (let at = 0; at <= looks; at += 1) {
          const one = taskOf(at % 2 === 0 ? rows : 100);
          const context = { at: now, task: 0, attempt: at };
          expect(look.isFull(job, one)).toBe(plain.isFull(job, one));
          const delayScheduling = { waitingMs: () => 5 };
          const { again: _again, ...decided } = look.decide(job, one, context, { delayScheduling });
          const whole = plain.decide(job, one, context, { delayScheduling });
          expect(decided).toEqual(whole.candidates.length <= fewMachines ? whole : compactDecision(whole));
          if (whole.chosenNodeId === null) continue;
          placed += 1;
          const finishMs = whole.candidates[0]?.prediction?.finishMs ?? null;
          look.placedOn(whole.chosenNodeId, finishMs);
          plain.placedOn(whole.chosenNodeId, finishMs);
        }
      }
    }),
    { numRuns: 80 },
  );
  expect(placed).toBeGreaterThan(50);
});

it('shows jobs with other large named inputs other machines, and those with the same the same', () => {
  let begun = 0;
  const named = (digit: string, bytes: number) => [{ sha256: digit.repeat(64), bytes, name: 'more.csv' }];
  const views = createMachineViews({
    ...{ states: () => [], state: () => undefined, snapshotOf: () => expect.fail('there is no machine') },
    remainingOn: () => [],
    beginMoment(_model, machines) {
      begun += 1;
      const named = () => ({ id: 'a', isOwn: true });
      return createMoment({ at: 1000, machines, named, ended: () => undefined });
    },
    now: () => 1000,
  });
  const look = views.look();
  const begunAfter = (inputs?: JobDocument['inputs']) => {
    look.isFull(storedJob(1, inputs === undefined ? {} : { inputs }), taskOf(10));
    return begun;
  };
  expect(begunAfter()).toBe(1);
  expect(begunAfter(named('2', 1e6))).toBe(2);
  expect(begunAfter(named('2', 1e6))).toBe(2);
  expect(begunAfter(named('3', 1e6))).toBe(3);
  // Fetched in no time wherever it is not at hand.
  expect(begunAfter(named('4', 100))).toBe(3);
});
