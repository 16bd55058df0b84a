import type { Candidate, Decision, NodeId, RejectionCode } from '@meshdeck/shared';
import { compactDecision, fewMachines, keptOf, type CompactDecision } from './compact-decision.js';
import { isWorthIt, worthMs, type Contender, type DelayScheduling } from './delay-scheduling.js';
import { createMachineKind, knownFor, type KnownMachine, type MachineKind } from './machine-kind.js';
import { withOrdersAhead } from './orders-ahead.js';
import { assess, place, type PlacementContext, type PlacementOptions } from './place.js';
import { finishMsOf } from './predicted-finish.js';
import { byScore, byWarmthAndScore } from './rank.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';
import { placedSummary, waitingForSummary } from './summaries.js';

/** What tasks ask for differs little in a room; what was asked for longest ago goes. */
const mostKinds = 16;

/**
 * The machines as the tasks of one model see them. Each is judged anew only after it has changed; a task goes through
 * those that are free, and through the busy ones where it might wait for one, by a few figures of each.
 */
export interface MachineIndex {
  /** By id. */
  readonly machines: readonly MachineSnapshot[];
  placeOf(nodeId: NodeId): number | undefined;
  /** What is known now of the machine at this place. */
  put(place: number, machine: MachineSnapshot): void;
  /** For tasks of so many rows, whatever they ask for. */
  hasFreeSlot(rows: number | null): boolean;
  /** False: no machine passes every filter. */
  canPlace(task: TaskNeeds): boolean;
  /** The same as `place` over these machines, each with room for orders ahead; its table is left out. */
  place(task: TaskNeeds, context: PlacementContext, options?: PlacementOptions): Decision;
}

const none: ReadonlySet<NodeId> = new Set();
const isFull = ({ slotsBusy, slotsTotal }: MachineSnapshot) => slotsBusy >= slotsTotal;
const isFree = ({ rejections }: KnownMachine) => rejections.length === 0;

interface Judged {
  known: KnownMachine;
  finishMs: number;
}
const bySoonest = (a: Judged, b: Judged) =>
  a.finishMs - b.finishMs || byWarmthAndScore(a.known.candidate, b.known.candidate);
const byHighest = (a: Judged, b: Judged) => byScore(a.known.candidate, b.known.candidate);
/** As `worthWaitingFor` looks for them: of equal ones the first in the ranking of those that are rejected. */
const byFinishAndScore = (a: Judged, b: Judged) =>
  a.finishMs - b.finishMs || byScore(a.known.candidate, b.known.candidate);

/** Puts it among the best of these where it belongs there; at most three stay. */
function keepBest(best: Judged[], one: Judged, compare: (a: Judged, b: Judged) => number): void {
  let at = best.length;
  for (; at > 0; at -= 1) {
    const before = best[at - 1];
    if (before === undefined || compare(before, one) < 0) break;
  }
  if (at >= 3) return;
  best.splice(at, 0, one);
  if (best.length > 3) best.pop();
}

export function createMachineIndex(from: Iterable<MachineSnapshot>): MachineIndex {
  const machines = [...from].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const places = new Map(machines.map(({ id }, at) => [id, at]));
  const kinds = new Map<string, { kind: MachineKind; dirty: Set<number> }>();
  const withFree = new Set(machines.flatMap((machine, at) => (isFull(machine) ? [] : [at])));
  /** What the bytes to fetch are where a machine does not say. */
  const saysBytes = machines.every(({ coldBytes }) => coldBytes !== undefined);

  function kindFor(task: TaskNeeds): MachineKind {
    const { rows: _rows, bytes, failedOn: _failedOn, producedBy: _producedBy, ...asked } = task;
    const key = JSON.stringify([asked, saysBytes ? null : bytes]);
    const known = kinds.get(key) ?? { kind: createMachineKind(machines, task), dirty: new Set() };
    kinds.delete(key);
    kinds.set(key, known);
    const [oldest] = kinds.keys();
    if (kinds.size > mostKinds && oldest !== undefined) kinds.delete(oldest);
    for (const at of known.dirty) {
      const machine = machines[at];
      if (machine !== undefined) known.kind.note(at, machine);
    }
    known.dirty.clear();
    return known.kind;
  }

  /** Where an attempt of this task has failed, as long as anybody else could take it. */
  function avoided(kind: MachineKind, task: TaskNeeds, ahead: readonly KnownMachine[]): ReadonlySet<NodeId> {
    const { failedOn } = task;
    if (failedOn.size === 0) return none;
    const failed = [...failedOn].flatMap((id) => {
      const known = kind.at(places.get(id) ?? -1);
      return known !== undefined && isFree(knownFor(known, task)) ? [id] : [];
    });
    return kind.free.size + ahead.length > failed.length ? failedOn : none;
  }

  function* contenders(
    kind: MachineKind,
    task: TaskNeeds,
    without: ReadonlySet<NodeId>,
  ): Generator<Contender> {
    for (const at of machines.keys()) {
      const plain = kind.at(at);
      if (plain === undefined || without.has(plain.machine.id)) continue;
      const { machine, terms, rejections } = knownFor(plain, task);
      if (terms === null) continue;
      const { rowsPerSecond, loadFactor } = terms;
      const prediction = { finishMs: finishMsOf(terms, task.rows ?? 0), rowsPerSecond, loadFactor };
      yield { slots: machine.slotsTotal, isBusy: rejections.length > 0, prediction };
    }
  }

  /** The busy machine that is waited for; the same answer as `worthWaitingFor`'s. */
  function sooner(
    first: Candidate,
    delayScheduling: DelayScheduling,
    kind: MachineKind,
    task: TaskNeeds,
    without: ReadonlySet<NodeId>,
  ): Candidate | null {
    const worth = worthMs(first, delayScheduling);
    let best: Judged | null = null;
    for (const plain of kind.busy) {
      // Most are not free before the task could be done elsewhere.
      if (plain.terms === null && plain.machine.ordersAhead === undefined) continue;
      const known = knownFor(plain, task);
      if (known.terms === null || isFree(known) || known.terms.queueMs >= worth) continue;
      if (without.has(known.machine.id)) continue;
      const one = { known, finishMs: finishMsOf(known.terms, task.rows ?? 0) };
      if (one.finishMs < worth && (best === null || byFinishAndScore(one, best) < 0)) best = one;
    }
    if (best === null) return null;
    const all = contenders(kind, task, without);
    const isWorth = isWorthIt(best.finishMs, all, worth, delayScheduling.waitingMs);
    return isWorth ? assess(best.known.machine, task, best.known.rejections) : null;
  }

  function countReasons(kind: MachineKind, freed: number, avoidedFree: number): CompactDecision['reasons'] {
    const counts = new Map<RejectionCode, number>(kind.reasons);
    if (freed > 0) counts.set('no-free-slot', (counts.get('no-free-slot') ?? 0) - freed);
    if (avoidedFree > 0) counts.set('failed-here-before', avoidedFree);
    return Object.fromEntries([...counts].filter(([, count]) => count > 0));
  }

  const index: MachineIndex = {
    machines,
    placeOf: (nodeId) => places.get(nodeId),
    put(at, machine) {
      machines[at] = machine;
      if (isFull(machine)) withFree.delete(at);
      else withFree.add(at);
      for (const { dirty } of kinds.values()) dirty.add(at);
    },
    hasFreeSlot: (rows) =>
      withFree.size > 0 || machines.some((machine) => !isFull(withOrdersAhead(machine, rows))),

    canPlace(task) {
      const kind = kindFor(task);
      return kind.free.size > 0 || [...kind.ahead].some((known) => isFree(knownFor(known, task)));
    },

    place(task, context, options = {}) {
      const { rows = null } = task;
      const whole = () =>
        place(
          machines.map((machine) => withOrdersAhead(machine, rows)),
          task,
          context,
          options,
        );
      if (machines.length <= fewMachines) return whole();
      // Who made a result is judged beside all the others, and is rare.
      if ((task.producedBy?.size ?? 0) > 0) return compactDecision(whole());
      const kind = kindFor(task);
      const ahead = [...kind.ahead].map((known) => knownFor(known, task)).filter(isFree);
      const without = avoided(kind, task, ahead);
      const taken = (known: KnownMachine) => without === none || !without.has(known.machine.id);
      const out = without === none ? [] : [...kind.free, ...ahead].filter((known) => !taken(known));
      const eligible = kind.free.size + ahead.length - out.length;
      // Why it waits is found among all that there are.
      if (eligible === 0) return compactDecision(whole());

      const { policy: asked = 'auto', delayScheduling = null } = options;
      const unpredicted = without === none ? kind.unpredicted.size > 0 : [...kind.unpredicted].some(taken);
      const policy = asked === 'auto' && rows !== null && !unpredicted ? 'predicted-finish' : 'score';
      const compare = policy === 'score' ? byHighest : bySoonest;
      const best: Judged[] = [];
      function judge(known: KnownMachine): void {
        if (!taken(known)) return;
        const finishMs = known.terms === null ? Infinity : finishMsOf(known.terms, rows ?? 0);
        keepBest(best, { known, finishMs }, compare);
      }
      for (const known of kind.free) judge(known);
      for (const known of ahead) judge(known);
      const ranked = best.map(({ known }) => assess(known.machine, task, known.rejections));
      const [first, next] = ranked;
      if (first === undefined) return compactDecision(whole());
      const awaited =
        policy === 'predicted-finish' && delayScheduling
          ? sooner(first, delayScheduling, kind, task, without)
          : null;
      return {
        ...context,
        outcome: awaited === null ? 'placed' : 'waiting',
        chosenNodeId: awaited === null ? first.nodeId : null,
        policy,
        waitsForNodeId: awaited?.nodeId ?? null,
        summary:
          awaited === null
            ? placedSummary(first, { next, eligible, all: machines.length }, policy)
            : waitingForSummary(awaited, first),
        candidates: keptOf(ranked, awaited),
        machines: machines.length,
        eligible,
        reasons: countReasons(kind, ahead.length, out.length),
      };
    },
  };
  return index;
}
