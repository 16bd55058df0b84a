import type { Candidate, Decision } from '@meshdeck/shared';

/** So many of the best are in a decision that leaves its table out. */
const keptCandidates = 3;
/** In a room of so many machines a decision holds all of them. */
export const fewMachines = 8;

/** A decision without its table, as large in a room of a thousand machines as in one of ten. */
export type CompactDecision = Decision & Required<Pick<Decision, 'machines' | 'eligible' | 'reasons'>>;

/** Those of a ranking that stay: the best few, and the machine that is waited for. */
export function keptOf(ranked: Iterable<Candidate>, awaited: Candidate | null): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of ranked) {
    if (kept.length === keptCandidates) break;
    kept.push({ ...candidate, rank: kept.length + 1 });
  }
  return awaited === null ? kept : [...kept, awaited];
}

/** The same decision without its table: the best few, and how many others were not taken for which reason. */
export function compactDecision({ candidates, ...decision }: Decision): CompactDecision {
  const ranked = candidates.filter(({ rank }) => rank !== null);
  const awaited = candidates.find(({ nodeId, rank }) => nodeId === decision.waitsForNodeId && rank === null);
  const reasons: CompactDecision['reasons'] = {};
  for (const { rejections } of candidates) {
    const code = rejections[0]?.code;
    if (code !== undefined) reasons[code] = (reasons[code] ?? 0) + 1;
  }
  return {
    ...decision,
    candidates: keptOf(ranked, awaited ?? null),
    machines: candidates.length,
    eligible: ranked.length,
    reasons,
  };
}
