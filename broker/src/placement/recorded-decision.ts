import {
  appRuntimeSchema,
  decisionSchema,
  knownIds,
  needsSchema,
  type Candidate,
  type Decision,
} from '@meshdeck/shared';
import * as z from 'zod';
import type { KeptMoment } from './kept-moment.js';
import { withOrdersAhead } from './orders-ahead.js';
import { place, type PlacementContext, type PlacementOptions } from './place.js';
import type { TaskNeeds } from './snapshot.js';

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

/** What makes the table of a decision again that was left out of it. */
const againSchema = z.object({
  /** The moment with the machines. */
  moment: z.string(),
  /** How many changes of the moment came before it; null where it belongs to a later moment, which was not kept. */
  changes: z.number().int().nonnegative().nullable(),
  task: neededSchema,
  policy: z.enum(['auto', 'score']),
  /** Null where it might not wait by choice. */
  delayScheduling: z.object({ waitingMs: z.number(), part: z.boolean() }).nullable(),
});

export const recordedDecisionSchema = decisionSchema.extend({ again: againSchema.optional() });
/** A decision as it is kept; `again` where its table was left out. */
export type RecordedDecision = z.infer<typeof recordedDecisionSchema>;

function neededOf({ failedOn, producedBy, features, ...needs }: TaskNeeds): z.infer<typeof neededSchema> {
  return {
    ...needs,
    failedOn: [...failedOn],
    ...(producedBy !== undefined && { producedBy: [...producedBy] }),
    ...(features !== undefined && { features: [...features] }),
  };
}

function needsAgain(task: z.infer<typeof neededSchema>): TaskNeeds {
  const { failedOn, producedBy, features, protection, rows, bytes, ...needs } = task;
  return {
    ...needs,
    failedOn: new Set(failedOn),
    ...(producedBy !== undefined && { producedBy: new Set(producedBy) }),
    ...(features !== undefined && { features }),
    ...(protection !== undefined && { protection }),
    ...(rows !== undefined && { rows }),
    ...(bytes !== undefined && { bytes }),
  };
}

/** Decides, and notes what would decide the same again. */
export function recorded(
  decide: (task: TaskNeeds, context: PlacementContext, options: PlacementOptions) => Decision,
  of: {
    task: TaskNeeds;
    context: PlacementContext;
    options: PlacementOptions;
    /** Asked where the table is left out. */
    moment: () => { id: string; changes: number | null };
  },
): RecordedDecision {
  const { task, context, options } = of;
  const { policy = 'auto', delayScheduling = null } = options;
  let waitingMs: number | null = null;
  const heard = delayScheduling && {
    ...delayScheduling,
    waitingMs: () => (waitingMs ??= delayScheduling.waitingMs()),
  };
  const decision = decide(task, context, { ...options, delayScheduling: heard });
  if (decision.machines === undefined) return decision;
  const binding = delayScheduling && { waitingMs: waitingMs ?? 0, part: delayScheduling.part ?? false };
  const { id: moment, changes } = of.moment();
  return {
    ...decision,
    again: { moment, changes, task: neededOf(task), policy, delayScheduling: binding },
  };
}

/** The best as they were, and behind them all others as a moment before shows them. */
function mixed(best: readonly Candidate[], table: readonly Candidate[]): Candidate[] {
  const ids = new Set(best.map(({ nodeId }) => nodeId));
  const ranked = best.filter(({ rank }) => rank !== null);
  let rank = ranked.length;
  const others = table
    .filter(({ nodeId }) => !ids.has(nodeId))
    .map((one) => (one.rank === null ? one : { ...one, rank: (rank += 1) }));
  const free = others.filter((one) => one.rank !== null);
  const taken = others.filter((one) => one.rank === null);
  return [...ranked, ...free, ...best.filter((one) => one.rank === null), ...taken];
}

/** All machines of one decision, the best first. */
export interface DecisionTable {
  candidates: Candidate[];
  /** When the figures behind the best few are from, where that is before the decision; null where they are its own. */
  othersAt: number | null;
}

/** @param moment the one that the record names; undefined where it is gone: then the best few are all there is */
export function tableOf(decision: RecordedDecision, moment: KeptMoment | undefined): DecisionTable {
  const { again, candidates } = decision;
  if (again === undefined || moment === undefined) return { candidates, othersAt: null };
  const machines = [...moment.machines];
  for (const [at, machine] of moment.changes.slice(0, again.changes ?? Infinity)) machines[at] = machine;
  const rows = again.task.rows ?? null;
  const { at, task, attempt } = decision;
  const { delayScheduling } = again;
  const whole = place(
    machines.map((machine) => withOrdersAhead(machine, rows)),
    needsAgain(again.task),
    { at, task, attempt },
    {
      policy: again.policy,
      delayScheduling: delayScheduling && {
        part: delayScheduling.part,
        waitingMs: () => delayScheduling.waitingMs,
      },
    },
  );
  return again.changes === null
    ? { candidates: mixed(candidates, whole.candidates), othersAt: moment.at }
    : { candidates: whole.candidates, othersAt: null };
}
