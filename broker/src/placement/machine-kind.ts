import type { Candidate, Rejection, RejectionCode } from '@meshdeck/shared';
import { isOnlyBusy } from './delay-scheduling.js';
import { withOrdersAhead } from './orders-ahead.js';
import { assess, rejectionsOf } from './place.js';
import { finishTerms, type FinishTerms } from './predicted-finish.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';

/** A machine as tasks that ask for the same see it, however many rows they have. */
export interface KnownMachine {
  machine: MachineSnapshot;
  rejections: Rejection[];
  /** Its terms; when it should finish depends on the rows. */
  candidate: Candidate;
  terms: FinishTerms | null;
  /** The same with room for orders ahead, for the rows that were asked for last. */
  ahead: { rows: number; known: KnownMachine } | null;
}

/** The machines by what the filters say of them for tasks that ask for the same. */
export interface MachineKind {
  readonly free: ReadonlySet<KnownMachine>;
  /** They would take it if a slot were free. */
  readonly busy: ReadonlySet<KnownMachine>;
  /** Of the busy ones, those that keep orders ahead of their slots. */
  readonly ahead: ReadonlySet<KnownMachine>;
  /** Of the free ones, those of which no finish can be told. */
  readonly unpredicted: ReadonlySet<KnownMachine>;
  /** How many are not taken, by each one's first reason. */
  readonly reasons: ReadonlyMap<RejectionCode, number>;
  /** Free or busy; undefined where more speaks against it. */
  at(place: number): KnownMachine | undefined;
  /** The machine at this place has changed. */
  note(place: number, machine: MachineSnapshot): void;
}

function know(machine: MachineSnapshot, task: TaskNeeds, rejections: Rejection[]): KnownMachine {
  const candidate = assess(machine, task, rejections);
  return { machine, rejections, candidate, terms: finishTerms(machine, task), ahead: null };
}

/** As tasks of so many rows see it. */
export function knownFor(known: KnownMachine, task: TaskNeeds): KnownMachine {
  const { machine, ahead } = known;
  const { rows = null } = task;
  if (rows === null || machine.ordersAhead === undefined) return known;
  if (ahead?.rows === rows) return ahead.known;
  const roomier = withOrdersAhead(machine, rows);
  const then =
    roomier === machine
      ? known
      : know(
          roomier,
          { ...task, rows: null },
          roomier.slotsBusy < roomier.slotsTotal ? [] : rejectionsOf(roomier, task),
        );
  known.ahead = { rows, known: then };
  return then;
}

export function createMachineKind(machines: readonly MachineSnapshot[], asked: TaskNeeds): MachineKind {
  const task: TaskNeeds = { ...asked, rows: null, failedOn: new Set(), producedBy: new Set() };
  const contenders: (KnownMachine | undefined)[] = [];
  const firstReasons: (RejectionCode | undefined)[] = [];
  const free = new Set<KnownMachine>();
  const busy = new Set<KnownMachine>();
  const ahead = new Set<KnownMachine>();
  const unpredicted = new Set<KnownMachine>();
  const reasons = new Map<RejectionCode, number>();
  const count = (code: RejectionCode | undefined, by: 1 | -1) =>
    code === undefined ? undefined : reasons.set(code, (reasons.get(code) ?? 0) + by);

  function note(place: number, machine: MachineSnapshot): void {
    const before = contenders[place];
    if (before !== undefined) for (const set of [free, busy, ahead, unpredicted]) set.delete(before);
    count(firstReasons[place], -1);
    const rejections = rejectionsOf(machine, task);
    firstReasons[place] = rejections[0]?.code;
    count(firstReasons[place], 1);
    const isBusy = isOnlyBusy({ rejections });
    const known = isBusy || rejections.length === 0 ? know(machine, task, rejections) : undefined;
    contenders[place] = known;
    if (known === undefined) return;
    (isBusy ? busy : free).add(known);
    if (isBusy && machine.ordersAhead !== undefined) ahead.add(known);
    if (!isBusy && known.terms === null) unpredicted.add(known);
  }

  for (const [place, machine] of machines.entries()) note(place, machine);
  return { free, busy, ahead, unpredicted, reasons, at: (place) => contenders[place], note };
}
