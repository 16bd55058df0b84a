import type { NodeId } from '@meshdeck/shared';
import type { RecordedDecision } from '../../placement/recorded-decision.js';
import type { PlacementContext, PlacementOptions } from '../../placement/place.js';

/** The machines during one look at the queue: each task sees them with what the look has placed before it. */
export interface Look<Job, Task> {
  /** No slot is free and no order may go ahead, whatever the task asks for. */
  isFull(job: Job, task: Task): boolean;
  /** False: no machine passes every filter. */
  canPlace(job: Job, task: Task): boolean;
  decide(job: Job, task: Task, context: PlacementContext, options?: PlacementOptions): RecordedDecision;
  /** `finishMs`: what was predicted for the task; null: unknown. */
  placedOn(nodeId: NodeId, finishMs: number | null): void;
}
