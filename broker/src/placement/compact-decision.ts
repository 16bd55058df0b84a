import type { Candidate, Decision, RejectionCode } from '@meshdeck/shared';

/** So many of the best are kept as they were. */
export const keptCandidates = 3;

/**
 * A decision without its table: the best few, the machine that is waited for, and how many others were not taken for which
 * reason. As large in a room of a thousand machines as in one of ten.
 */
export interface CompactDecision extends Omit<Decision, 'candidates'> {
  /** The best first; behind them the machine that is waited for, where there is one. */
  best: Candidate[];
  /** Machines that there were, and those of them that could take the task. */
  machines: number;
  eligible: number;
  /** Of the rest, by each one's first reason, which is its most lasting. */
  reasons: Partial<Record<RejectionCode, number>>;
}

/** The same from a whole decision. */
export function compactDecision({ candidates, ...decision }: Decision): CompactDecision {
  const ranked = candidates.filter(({ rank }) => rank !== null);
  const awaited = candidates.filter(
    ({ nodeId, rank }) => nodeId === decision.waitsForNodeId && rank === null,
  );
  const reasons: CompactDecision['reasons'] = {};
  for (const { rejections } of candidates) {
    const code = rejections[0]?.code;
    if (code !== undefined) reasons[code] = (reasons[code] ?? 0) + 1;
  }
  return {
    ...decision,
    best: [...ranked.slice(0, keptCandidates), ...awaited],
    machines: candidates.length,
    eligible: ranked.length,
    reasons,
  };
}
