import type { Candidate } from '@meshdeck/shared';
import type { MachineSnapshot } from './snapshot.js';

/**
 * For a part of a split job a free machine has to be this much better than waiting: what begins on a slow machine holds
 * up the end of all if the prediction was too good, what waits can still go anywhere. Chosen with `npm run simulate`.
 * A task on its own waits only for what should be sooner.
 */
const cautionForParts = 1.3;

const onlyBusy = ({ rejections }: Candidate) =>
  rejections.length === 1 && rejections[0]?.code === 'no-free-slot';

export interface LateBinding {
  /** What the mesh needs for the rest of what waits (`drainMs`), 0 for a task alone; asked only where it matters. */
  waitingMs: () => number;
  /** The task is a part of a split job. */
  part?: boolean;
}

/**
 * The busy machine to wait for, or null where the task had better begin on `first` now. It waits when busy machines
 * should finish it clearly sooner, although they get everything else that waits as well: `waitingMs` is what the
 * whole mesh would need for that, so these machines alone need longer by the ratio of the speeds.
 */
export function lateBound(
  first: Candidate,
  candidates: readonly Candidate[],
  machines: readonly MachineSnapshot[],
  { waitingMs, part = false }: LateBinding,
): Candidate | null {
  if (first.prediction == null) return null;
  const worthMs = first.prediction.finishMs * (part ? cautionForParts : 1);
  const slots = new Map(machines.map(({ id, slotsTotal }) => [id, slotsTotal]));
  let best: Candidate | null = null;
  let bestMs = worthMs;
  let allSpeed = 0;
  let soonerSpeed = 0;
  for (const candidate of candidates) {
    const { prediction, nodeId, rank } = candidate;
    if (prediction == null) continue;
    const busy = onlyBusy(candidate);
    if (rank === null && !busy) continue;
    const speed = ((slots.get(nodeId) ?? 0) * prediction.rowsPerSecond) / prediction.loadFactor;
    allSpeed += speed;
    if (!busy || prediction.finishMs >= worthMs) continue;
    soonerSpeed += speed;
    if (prediction.finishMs < bestMs) {
      best = candidate;
      bestMs = prediction.finishMs;
    }
  }
  if (best === null || bestMs + waitingMs() * (allSpeed / soonerSpeed) >= worthMs) return null;
  return best;
}
