import type { Decision } from '@meshdeck/shared';
import { alikeShare, lookAhead } from '../../placement/max-wait.js';
import type { DispatchState, DispatchStep, WaitingJob, WaitingTask } from './dispatch-state.js';
import { countOwners } from './owner-limits.js';
import { createSnapshotCache } from './snapshot-cache.js';

/** While no slot is free only so many waiting jobs are looked at. */
const reasonedJobs = 200;

/** Why a job waits whose owner runs as many as they may. */
function ownLimitReached(job: WaitingJob, context: { at: number; task: number; attempt: number }): Decision {
  return {
    ...context,
    outcome: 'waiting',
    chosenNodeId: null,
    summary: `Waits for another job of ${job.ownerName} to end: as many run already as this person may run at once.`,
    candidates: [],
  };
}

/**
 * One look at the queue: which tasks go where now, and why others wait. Pure: it changes nothing outside, and the same
 * state gives the same plan. Tasks are taken in the queue's order; each sees the machines with what the plan has put on
 * them before it.
 */
export function planDispatch<Job extends WaitingJob, Task extends WaitingTask>(
  state: DispatchState<Job, Task>,
): DispatchStep<Job, Task>[] {
  const { now } = state;
  const steps: DispatchStep<Job, Task>[] = [];
  const owners = countOwners(state.underWay, state.runningLimit);
  const machines = createSnapshotCache(state);
  /** What tasks asked for that no machine could give: others that ask for the same wait, too. */
  const inVain = new Map<string, Decision>();
  const placedRows = new Map<Job, number>();
  const contextOf = (task: Task) => ({ at: now, task: task.index, attempt: state.nextAttempt(task) });
  let reasoned = 0;
  let byChoice = 0;

  for (const job of state.queue) {
    /** What the plan said last of this job; null: nothing yet. */
    let last: 'place' | 'wait' | null = null;
    let mayWaitUntil = state.mayWaitUntil(job.id);
    /** Of the parts of this job that wait by choice, the smallest: larger ones would wait too. */
    let waitingRows = Infinity;

    const waits = (task: Task, decision: Decision, insteadOfMs: number | null = null): void => {
      last = 'wait';
      steps.push({ kind: 'wait', job, task, decision, insteadOfMs });
    };
    const isReasonDue = () =>
      state.reasonsDue && (last === 'place' || (last === null && state.mayReason(job.id)));

    for (const task of state.tasksOf(job)) {
      if (!state.isDue(task)) continue;
      if (!owners.mayStart(job)) {
        if (isReasonDue()) waits(task, ownLimitReached(job, contextOf(task)));
        break;
      }
      if ((task.rows ?? 0) > waitingRows * alikeShare) continue;
      const key = state.keyOf(job, task);
      const sameAnswer = inVain.get(key);
      if (sameAnswer !== undefined) {
        reasoned += 1;
        if (isReasonDue()) waits(task, { ...sameAnswer, ...contextOf(task) });
        break;
      }
      const snapshot = machines.of(state.machinesKeyOf(job, task), task.rows, () =>
        state.machinesFor(job, task),
      );
      const full = !snapshot.some(({ slotsBusy, slotsTotal }) => slotsBusy < slotsTotal);
      if (full && (reasoned >= reasonedJobs || !state.reasonsDue)) return steps;
      if (full) reasoned += 1;
      const delayScheduling =
        now < mayWaitUntil
          ? { waitingMs: () => state.backlogMs(job, task, placedRows), part: state.isPart(task) }
          : null;
      const decision = state.place(snapshot, state.needsOf(job, task), contextOf(task), { delayScheduling });
      const best = decision.candidates.find(({ rank }) => rank === 1);
      if (decision.outcome === 'placed' && decision.chosenNodeId !== null) {
        const nodeId = decision.chosenNodeId;
        last = 'place';
        mayWaitUntil = Infinity;
        steps.push({ kind: 'place', job, task, nodeId, decision });
        machines.placedOn(nodeId, best?.prediction?.finishMs ?? null);
        placedRows.set(job, (placedRows.get(job) ?? 0) + (task.rows ?? 0));
        owners.started(job);
        continue;
      }
      if (decision.waitsForNodeId == null) {
        waits(task, decision);
        inVain.set(key, decision);
        // The other shards ask for the same and would hear the same.
        break;
      }
      const insteadOfMs = best?.prediction?.finishMs ?? 0;
      waits(task, decision, insteadOfMs);
      if (mayWaitUntil === Infinity) mayWaitUntil = now + insteadOfMs;
      waitingRows = task.rows ?? 0;
      byChoice += 1;
      if (byChoice >= lookAhead) return steps;
    }
  }
  return steps;
}
