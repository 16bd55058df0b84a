import type { Candidate, PlacementPolicy } from '@meshdeck/shared';

export type Order = (a: Candidate, b: Candidate) => number;

export const byId: Order = (a, b) => (a.nodeId < b.nodeId ? -1 : a.nodeId > b.nodeId ? 1 : 0);

/** Scores that people read as the same number are a tie. */
const shown = ({ effectiveScore }: Candidate) => Math.round(100 * (effectiveScore ?? -1));

/** Who has the model loaded first, then who has the least to fetch. */
const byWarmth: Order = (a, b) =>
  Number(b.warm === true) - Number(a.warm === true) || (a.coldBytes ?? 0) - (b.coldBytes ?? 0);

/** Highest effective score first; ties by warmth, then by id: the same snapshot always gives the same answer. */
export const byScore: Order = (a, b) =>
  shown(b) - shown(a) || byWarmth(a, b) || (b.effectiveScore ?? -1) - (a.effectiveScore ?? -1) || byId(a, b);

/** Of those that should finish at the same time. */
export const byWarmthAndScore: Order = (a, b) => byWarmth(a, b) || byScore(a, b);

/** Who should finish first; ties by warmth, then by score. */
export const byFinish: Order = (a, b) =>
  (a.prediction?.finishMs ?? Number.MAX_VALUE) - (b.prediction?.finishMs ?? Number.MAX_VALUE) ||
  byWarmthAndScore(a, b);

/**
 * Ranks those without rejections, and puts the rest behind them. Predictions decide only where every machine that
 * could take the task has one: a ranking never compares a time with a score.
 */
export function rank(
  candidates: readonly Candidate[],
  asked: 'auto' | 'score',
): { policy: PlacementPolicy; candidates: Candidate[] } {
  const eligible = candidates.filter(({ rejections }) => rejections.length === 0);
  const predicted = eligible.length > 0 && eligible.every(({ prediction }) => prediction != null);
  const policy = asked === 'auto' && predicted ? 'predicted-finish' : 'score';
  const order = eligible
    .sort(policy === 'score' ? byScore : byFinish)
    .map((candidate, index) => ({ ...candidate, rank: index + 1 }));
  const rest = candidates.filter(({ rejections }) => rejections.length > 0).sort(byScore);
  return { policy, candidates: [...order, ...rest] };
}
