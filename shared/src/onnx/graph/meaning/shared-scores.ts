import type { LabelOrigin } from './label-origin.js';
import type { ScoreOrigin } from './score-origin.js';

/** Whether a label is decided by comparing this very score, or the value that Sigmoid takes, with a threshold. */
export function sharesScores(label: LabelOrigin | undefined, score: ScoreOrigin): boolean {
  if (label?.by !== 'threshold' || score.node === undefined) return false;
  if (!['Greater', 'GreaterOrEqual'].includes(label.node.operator)) return false;
  const [compared = ''] = label.node.inputs;
  return compared === score.value || score.node.inputs[0] === compared;
}
