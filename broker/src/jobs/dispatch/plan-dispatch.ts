import type { RecordedDecision } from '../../placement/recorded-decision.js';
import { alikeShare, lookAhead } from '../../placement/max-wait.js';
import type { DispatchState, DispatchStep, WaitingJob, WaitingTask } from './dispatch-state.js';
import { countOwners } from './owner-limits.js';

/** While no slot is free only so many waiting jobs are looked at. */
const reasonedJobs = 200;

/** Why a job waits whose owner runs as many as they may. */
function ownLimitReached(
  job: WaitingJob,
  context: { at: number; task: number; attempt: number },
): RecordedDecision {
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
  const machines = state.look();
  /** What tasks asked for that no machine could give: others that ask for the same wait, too. */
  const inVain = new Map<string, RecordedDecision | null>();
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

    const waits = (task: Task, decision: RecordedDecision, insteadOfMs: number | null = null): void => {
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
        if (isReasonDue() && sameAnswer !== null) waits(task, { ...sameAnswer, ...contextOf(task) });
        break;
      }
      const full = machines.isFull(job, task);
      if (full && (reasoned >= reasonedJobs || !state.reasonsDue)) return steps;
      if (full) reasoned += 1;
      // It has been told why, and finding the reason again goes through all machines.
      const isTold = !state.reasonsDue && last === null && !state.mayReason(job.id);
      if (isTold && !machines.canPlace(job, task)) {
        inVain.set(key, null);
        break;
      }
      const delayScheduling =
        now < mayWaitUntil
          ? { waitingMs: () => state.backlogMs(job, task, placedRows), part: state.isPart(task) }
          : null;
      const decision = machines.decide(job, task, contextOf(task), { delayScheduling });
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
