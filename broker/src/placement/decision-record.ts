import {
  appRuntimeSchema,
  candidateSchema,
  decisionSchema,
  knownIds,
  needsSchema,
  rejectionCodeSchema,
  type Decision,
} from '@meshdeck/shared';
import * as z from 'zod';
import type { CompactDecision } from './compact-decision.js';
import { place, type PlacementOptions } from './place.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';

/** A machine that changed since the moment began: its place in the moment, and what work does to a machine. */
const changedSchema = z.tuple([
  z.number().int().nonnegative(),
  z.number().int(),
  z.number().int(),
  z.array(z.number()).nullable(),
]);
export type ChangedMachine = z.infer<typeof changedSchema>;

/** What the task asked for, as `TaskNeeds`. */
const neededSchema = needsSchema.extend({
  runtime: appRuntimeSchema,
  features: z.array(z.string()).optional(),
  nodeId: knownIds.node.nullable(),
  failedOn: z.array(knownIds.node),
  producedBy: z.array(knownIds.node).optional(),
  rows: z.number().nullable().optional(),
  bytes: z.number().optional(),
});

/**
 * How a decision is kept: its best few, the reasons of all others by number, and what makes the whole table again out of
 * the moment it belongs to.
 */
export const decisionRecordSchema = decisionSchema.omit({ candidates: true }).extend({
  best: z.array(candidateSchema),
  machines: z.number().int(),
  eligible: z.number().int(),
  reasons: z.partialRecord(rejectionCodeSchema, z.number().int()),
  again: z.object({
    moment: z.string(),
    task: neededSchema,
    changed: z.array(changedSchema),
    policy: z.enum(['auto', 'score']),
    /** Null where it might not wait by choice. */
    delayScheduling: z.object({ waitingMs: z.number(), part: z.boolean() }).nullable(),
  }),
});
export type DecisionRecord = z.infer<typeof decisionRecordSchema>;

function neededOf({ failedOn, producedBy, features, ...needs }: TaskNeeds): DecisionRecord['again']['task'] {
  return {
    ...needs,
    failedOn: [...failedOn],
    ...(producedBy !== undefined && { producedBy: [...producedBy] }),
    ...(features !== undefined && { features: [...features] }),
  };
}

/** @param waitingMs what late binding was told, where it asked */
export function recordOf(
  decision: CompactDecision,
  made: {
    moment: string;
    task: TaskNeeds;
    changed: ChangedMachine[];
    options: PlacementOptions;
    waitingMs: number | null;
  },
): DecisionRecord {
  const { policy = 'auto', delayScheduling = null } = made.options;
  const binding =
    delayScheduling === null ? null : { waitingMs: made.waitingMs ?? 0, part: delayScheduling.part ?? false };
  const { moment, changed } = made;
  return {
    ...decision,
    again: { moment, task: neededOf(made.task), changed, policy, delayScheduling: binding },
  };
}

function machineAgain(machine: MachineSnapshot, [, busy, placed, freeInMs]: ChangedMachine): MachineSnapshot {
  const { slotsFreeInMs: _before, ...rest } = machine;
  return {
    ...rest,
    slotsBusy: busy,
    placedSinceHeartbeat: placed,
    ...(freeInMs !== null && { slotsFreeInMs: freeInMs }),
  };
}

/** The whole decision, every machine with its terms and reasons, out of what is kept. @param base the machines of its moment */
export function wholeDecision(record: DecisionRecord, base: readonly MachineSnapshot[]): Decision {
  const { task, changed, policy, delayScheduling } = record.again;
  const machines = [...base];
  for (const change of changed) {
    const machine = base[change[0]];
    if (machine !== undefined) machines[change[0]] = machineAgain(machine, change);
  }
  const { failedOn, producedBy, features, protection, rows, bytes, ...needs } = task;
  const needed: TaskNeeds = {
    ...needs,
    failedOn: new Set(failedOn),
    ...(producedBy !== undefined && { producedBy: new Set(producedBy) }),
    ...(features !== undefined && { features }),
    ...(protection !== undefined && { protection }),
    ...(rows !== undefined && { rows }),
    ...(bytes !== undefined && { bytes }),
  };
  const { at, task: taskIndex, attempt, since } = record;
  const context = { at, task: taskIndex, attempt };
  const decision = place(machines, needed, context, {
    policy,
    delayScheduling:
      delayScheduling === null
        ? null
        : { part: delayScheduling.part, waitingMs: () => delayScheduling.waitingMs },
  });
  return { ...decision, ...(since !== undefined && { since }) };
}
