import type { NodeId } from '@meshdeck/shared';
import { fewMachines } from '../../placement/compact-decision.js';
import type { Moment } from '../../placement/moment.js';
import type { NodeState } from '../../nodes/node-state.js';
import type { MachineSnapshot } from '../../placement/snapshot.js';
import type { JobDocument, TaskDocument } from '../job-document.js';
import type { Look } from './look.js';
import { createPlacedByLook, type PlacedByLook } from './placed-by-look.js';
import { fetchedFiles } from './run-orders.js';
import { taskNeeds } from './task-needs.js';

/**
 * All that no change of one machine announces is as old as this at most: a speed learned on another machine of its make, and
 * when a busy one comes free.
 */
const freshMs = 1000;
/** A hub's work is of few models at a time; what was asked for longest ago goes. */
const mostViews = 16;

/** The machines as the tasks of each model see them, kept from look to look. */
export interface MachineViews {
  /** What is known of this machine may have changed, or it is one no more. */
  changed(nodeId: NodeId): void;
  /** Begins a look, and ends what the one before it has placed. */
  look(): Look<JobDocument, TaskDocument>;
  stop(): void;
}

interface View {
  moment: Moment;
  dirty: Set<NodeId>;
}

/** The same for tasks of one model that have as much to fetch; a large file is at hand on some machines only. */
function viewKeyOf({ app, ...job }: JobDocument, task: TaskDocument): string {
  const files = fetchedFiles(job, task).map(({ sha256 }) => sha256);
  return [app.bundle.sha256, app.runtime, ...files].join(' ');
}

export function createMachineViews(options: {
  states: () => readonly NodeState[];
  state: (nodeId: NodeId) => NodeState | undefined;
  snapshotOf: (state: NodeState, job: JobDocument, task: TaskDocument) => MachineSnapshot;
  /** What each attempt on a machine still needs, in ms; null where nothing tells. */
  remainingOn: (nodeId: NodeId) => readonly (number | null)[];
  /** `model`: what the figures in it are of. */
  beginMoment: (model: string, machines: readonly MachineSnapshot[]) => Moment;
  now: () => number;
}): MachineViews {
  const { now, state: stateOf } = options;
  const views = new Map<string, View>();
  let placed: PlacedByLook = createPlacedByLook(options.remainingOn);

  function end(key: string): void {
    views.get(key)?.moment.end();
    views.delete(key);
  }

  function changed(nodeId: NodeId): void {
    for (const { dirty } of views.values()) dirty.add(nodeId);
  }

  /** False where the machines are others than before. */
  function refresh({ moment, dirty }: View, job: JobDocument, task: TaskDocument): boolean {
    for (const nodeId of dirty) {
      const state = stateOf(nodeId);
      if (state === undefined || !moment.has(nodeId)) return false;
      moment.put(placed.on(options.snapshotOf(state, job, task)));
    }
    dirty.clear();
    return true;
  }

  function viewOf(job: JobDocument, task: TaskDocument): View {
    const key = viewKeyOf(job, task);
    const known = views.get(key);
    if (known !== undefined && refresh(known, job, task)) return known;
    end(key);
    const machines = options.states().map((state) => placed.on(options.snapshotOf(state, job, task)));
    const made = { moment: options.beginMoment(job.app.bundle.sha256, machines), dirty: new Set<NodeId>() };
    views.set(key, made);
    const [oldest] = views.keys();
    if (views.size > mostViews && oldest !== undefined) end(oldest);
    return made;
  }

  return {
    changed,
    look() {
      // The ledger says what became of it.
      for (const nodeId of placed.nodes()) changed(nodeId);
      placed = createPlacedByLook(options.remainingOn);
      for (const [key, { moment }] of views) {
        const isSmall = moment.machines.length <= fewMachines;
        if (isSmall || now() < moment.at || now() - moment.at >= freshMs) end(key);
      }
      return {
        isFull: (job, task) => !viewOf(job, task).moment.hasFreeSlot(task.rows),
        canPlace: (job, task) => viewOf(job, task).moment.canPlace(taskNeeds(job, task)),
        decide: (job, task, context, asked) =>
          viewOf(job, task).moment.decide(taskNeeds(job, task), context, asked),
        placedOn(nodeId, finishMs) {
          placed.add(nodeId, finishMs);
          changed(nodeId);
        },
      };
    },
    stop() {
      for (const key of [...views.keys()]) end(key);
    },
  };
}
