import { agentFeatures, MeshdeckError } from '@meshdeck/shared';
import type { ResolvedApp } from '../apps/index.js';
import { couldTake, passing } from '../placement/infeasibility.js';
import { place } from '../placement/place.js';
import type { MachineSnapshot, TaskNeeds } from '../placement/snapshot.js';

/** A machine as a dry run sees it. */
export interface CheckMachine {
  snapshot: MachineSnapshot;
  /** It has the model loaded, or at least the package. */
  held: 'loaded' | 'package' | 'nothing';
}

const rankOf = { loaded: 0, package: 1, nothing: 2 } as const;

function needsOf({ manifest }: ResolvedApp, features: readonly string[]): TaskNeeds {
  return {
    ...manifest.needs,
    ...(features.length > 0 && { features: [...features] }),
    ...{ runtime: manifest.runtime, nodeId: null, failedOn: new Set() },
  };
}

/** Whoever has the least to fetch and load; of those one with a slot to spare, then the strongest. */
function order(a: CheckMachine, b: CheckMachine): number {
  const isFull = ({ snapshot }: CheckMachine) => Number(snapshot.slotsBusy >= snapshot.slotsTotal);
  const score = ({ snapshot }: CheckMachine) => snapshot.score?.score ?? 0;
  return (
    rankOf[a.held] - rankOf[b.held] ||
    isFull(a) - isFull(b) ||
    score(b) - score(a) ||
    (a.snapshot.id < b.snapshot.id ? -1 : 1)
  );
}

/**
 * The machine that looks at a table: one that could run the app by placement's own filters, whether it has a slot free
 * or not.
 *
 * @throws MeshdeckError `no-eligible-node` that says why there is none
 */
export function chooseMachine(
  machines: readonly CheckMachine[],
  app: ResolvedApp,
  { at, features = [] }: { at: number; features?: readonly string[] },
): CheckMachine {
  const needs = needsOf(app, features);
  const able = machines.filter(({ snapshot }) => couldTake(snapshot, needs, passing));
  const [chosen] = able
    .filter(({ snapshot }) => snapshot.features?.includes(agentFeatures.check) === true)
    .sort(order);
  if (chosen !== undefined) return chosen;
  throw new MeshdeckError(
    'no-eligible-node',
    able.length > 0 ? tooOld(able) : `No machine can look at the table. ${whyNone(machines, needs, at)}`,
  );
}

function tooOld(able: readonly CheckMachine[]): string {
  const names = able.slice(0, 3).map(({ snapshot }) => snapshot.name);
  const more = able.length > names.length ? ` and ${able.length - names.length} more` : '';
  return `The ${able.length === 1 ? 'agent' : 'agents'} on ${names.join(', ')}${more} cannot look at a table before a run: update Meshdeck there. Jobs run all the same.`;
}

/** As placement says it of a job that has to wait. */
function whyNone(machines: readonly CheckMachine[], needs: TaskNeeds, at: number): string {
  const snapshots = machines.map(({ snapshot }) => snapshot);
  const { summary } = place(snapshots, needs, { at, task: 0, attempt: 1 }, { policy: 'score' });
  const reason = summary.replace(/^Waits: /, '');
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`;
}
