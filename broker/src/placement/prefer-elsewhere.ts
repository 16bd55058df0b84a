import type { Candidate, Rejection, RejectionCode } from '@meshdeck/shared';
import type { TaskNeeds } from './snapshot.js';

/** What passes by itself soon: its slots or its CPU are busy right now. */
const passing: readonly RejectionCode[] = ['no-free-slot', 'score-zero'];

const madeIt: Rejection = {
  code: 'made-the-result',
  message: 'It made the result that is being verified; another machine goes first.',
};

/**
 * A result is verified on a machine that did not make it, as long as there is one that could: one that is merely busy
 * is waited for. Where there is none, any will do.
 */
export function preferElsewhere(candidates: Candidate[], task: TaskNeeds): Candidate[] {
  const made = task.producedBy;
  if (made === undefined || made.size === 0) return candidates;
  const elsewhere = candidates.some(
    ({ nodeId, rejections }) => !made.has(nodeId) && rejections.every(({ code }) => passing.includes(code)),
  );
  if (!elsewhere) return candidates;
  return candidates.map((candidate) =>
    made.has(candidate.nodeId) ? { ...candidate, rejections: [...candidate.rejections, madeIt] } : candidate,
  );
}
