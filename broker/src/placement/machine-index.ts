import type { NodeId, Rejection, RejectionCode } from '@meshdeck/shared';
import { compactDecision, keptCandidates, type CompactDecision } from './compact-decision.js';
import { isOnlyBusy, isWorthIt, worthMs, type DelayScheduling } from './delay-scheduling.js';
import { assess, place, rejectionsOf, type PlacementContext, type PlacementOptions } from './place.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';
import { placedSummary, waitingForSummary } from './summaries.js';
import { createTaskOrder, type TaskOrder } from './task-order.js';

/** What tasks ask for differs little in a room; what was asked for longest ago goes. */
const mostKinds = 16;
const mostSizes = 8;

/**
 * The machines as the tasks of one model see them, kept in placement's own orders. A task costs what the machines cost
 * that changed since the last one of its kind, not what all of them do.
 */
export interface MachineIndex {
  /** What is known of a machine now. */
  put(machine: MachineSnapshot): void;
  remove(nodeId: NodeId): void;
  get(nodeId: NodeId): MachineSnapshot | undefined;
  machines(): MachineSnapshot[];
  hasFreeSlot(): boolean;
  /** The same as `compactDecision(place(...))` over these machines; which one it is held against in a test. */
  place(task: TaskNeeds, context: PlacementContext, options?: PlacementOptions): CompactDecision;
}

/** Machines by what the filters say of them for tasks that ask for the same. */
interface Kind {
  needs: TaskNeeds;
  /** Of the machines that are not taken. */
  rejections: Map<string, Rejection[]>;
  reasons: Map<RejectionCode, number>;
  /** By the size of the task: what is predicted depends on it. */
  orders: Map<string, { task: TaskNeeds; order: TaskOrder }>;
  /** Changed since it was last asked. */
  dirty: Set<string>;
}

const isContender = (rejections: readonly Rejection[]) =>
  rejections.length === 0 || isOnlyBusy({ rejections });

const kindOf = ({ labels, memoryBytes, gpu, protection, runtime, features, nodeId }: TaskNeeds) =>
  JSON.stringify([labels, memoryBytes, gpu, protection, runtime, features, nodeId]);

/** The entry of this key, made where there is none; at most so many are kept, the most recently used ones. */
function used<V>(map: Map<string, V>, key: string, most: number, make: () => V): V {
  const value = map.get(key) ?? make();
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
  return value;
}

export function createMachineIndex(from: Iterable<MachineSnapshot> = []): MachineIndex {
  const machines = new Map<string, MachineSnapshot>();
  const free = new Set<string>();
  const kinds = new Map<string, Kind>();

  function note(kind: Kind, id: string): void {
    const machine = machines.get(id);
    const before = kind.rejections.get(id)?.[0]?.code;
    if (before !== undefined) kind.reasons.set(before, (kind.reasons.get(before) ?? 1) - 1);
    kind.rejections.delete(id);
    if (machine === undefined) {
      for (const { order } of kind.orders.values()) order.remove(id);
      return;
    }
    const rejections = rejectionsOf(machine, kind.needs);
    const code = rejections[0]?.code;
    if (code !== undefined) {
      kind.rejections.set(id, rejections);
      kind.reasons.set(code, (kind.reasons.get(code) ?? 0) + 1);
    }
    for (const { task, order } of kind.orders.values()) {
      if (isContender(rejections)) order.put(assess(machine, task, rejections));
      else order.remove(id);
    }
  }

  function makeKind(needs: TaskNeeds): Kind {
    const dirty = new Set(machines.keys());
    return { needs, rejections: new Map(), reasons: new Map(), orders: new Map(), dirty };
  }

  function makeOrder({ rejections }: Kind, task: TaskNeeds): TaskOrder {
    const contenders = [];
    for (const [id, machine] of machines) {
      const against = rejections.get(id) ?? [];
      if (isContender(against)) contenders.push(assess(machine, task, against));
    }
    return createTaskOrder(contenders);
  }

  /** The busy machine that is waited for; the same answer as `worthWaitingFor`'s. */
  function sooner(order: TaskOrder, delayScheduling: DelayScheduling) {
    const [first] = order.best('predicted-finish');
    const busy = order.soonestBusy();
    if (first === undefined || busy === undefined) return null;
    const worth = worthMs(first, delayScheduling);
    if ((busy.prediction?.finishMs ?? Infinity) >= worth) return null;
    const slotsOf = (id: string) => machines.get(id)?.slotsTotal ?? 0;
    return isWorthIt(busy, order.contenders(), slotsOf, worth, delayScheduling.waitingMs) ? busy : null;
  }

  const index: MachineIndex = {
    put(machine) {
      machines.set(machine.id, machine);
      if (machine.slotsBusy < machine.slotsTotal) free.add(machine.id);
      else free.delete(machine.id);
      for (const { dirty } of kinds.values()) dirty.add(machine.id);
    },
    remove(nodeId) {
      machines.delete(nodeId);
      free.delete(nodeId);
      for (const { dirty } of kinds.values()) dirty.add(nodeId);
    },
    get: (nodeId) => machines.get(nodeId),
    machines: () => [...machines.values()],
    hasFreeSlot: () => free.size > 0,

    place(task, context, options = {}) {
      const whole = () => compactDecision(place(index.machines(), task, context, options));
      // Who failed or made a result is judged beside all the others, and is rare.
      if (task.failedOn.size > 0 || (task.producedBy?.size ?? 0) > 0) return whole();
      const kind = used(kinds, kindOf(task), mostKinds, () => makeKind(task));
      for (const id of kind.dirty) note(kind, id);
      kind.dirty.clear();
      const { order } = used(kind.orders, `${task.rows ?? '?'} ${task.bytes ?? '?'}`, mostSizes, () => ({
        task,
        order: makeOrder(kind, task),
      }));
      const { policy: asked = 'auto', delayScheduling = null } = options;
      const policy = asked === 'auto' && order.isPredicted() ? 'predicted-finish' : 'score';
      const ranked = order.best(policy).slice(0, keptCandidates);
      const best = ranked.map((candidate, at) => ({ ...candidate, rank: at + 1 }));
      const [first, next] = best;
      // Why it waits is found among all that there are.
      if (first === undefined) return whole();
      const awaited =
        policy === 'predicted-finish' && delayScheduling ? sooner(order, delayScheduling) : null;
      const room = { next, eligible: order.eligible(), all: machines.size };
      return {
        ...context,
        outcome: awaited === null ? 'placed' : 'waiting',
        chosenNodeId: awaited === null ? first.nodeId : null,
        policy,
        waitsForNodeId: awaited?.nodeId ?? null,
        summary: awaited === null ? placedSummary(first, room, policy) : waitingForSummary(awaited, first),
        best: awaited === null ? best : [...best, awaited],
        machines: machines.size,
        eligible: order.eligible(),
        reasons: Object.fromEntries([...kind.reasons].filter(([, count]) => count > 0)),
      };
    },
  };
  for (const machine of from) index.put(machine);
  return index;
}
