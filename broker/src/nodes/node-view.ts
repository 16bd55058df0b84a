import { scoreOf, type NodeView, type Score } from '@meshdeck/shared';
import { clockOffsetMs } from './clock-offset.js';
import type { NodeState } from './node-state.js';

/** A clone tries again every half minute; silent for longer, it is gone. */
const clonedForMs = 40_000;

/** The score of a machine that says how it is; null before its first metrics. */
export function scoreOfNode(state: NodeState): Score | null {
  if (state.metrics === null) return null;
  return scoreOf({
    ...state.metrics,
    eventsPerSecond: state.document.benchmark?.eventsPerSecond ?? null,
  });
}

export function isCloned(state: NodeState, now: number): boolean {
  return state.clonedAt !== null && now - state.clonedAt < clonedForMs;
}

/** The machine as people see it; `rank` is filled in by `rankNodes`. */
export function nodeView(
  state: NodeState,
  context: { now: number; slotsBusy: number; code: { code: string; expiresAt: number } | null },
): NodeView {
  const { document } = state;
  const offset = clockOffsetMs(state.clockSamples);
  return {
    id: document.id,
    name: document.name,
    membership: document.membership,
    presence: state.presence,
    lostReason: state.lostReason,
    presenceSince: state.presenceSince,
    scheduling: document.scheduling,
    labels: document.labels,
    owner: document.owner ?? null,
    fingerprint: document.fingerprint,
    address: document.address,
    version: document.version,
    platform: document.platform,
    code: context.code?.code ?? null,
    codeExpiresAt: context.code?.expiresAt ?? null,
    clonedIdentity: isCloned(state, context.now),
    joinedAt: document.joinedAt,
    firstSeenAt: document.firstSeenAt,
    lastHeartbeatAt: state.lastHeartbeatAt,
    slotsTotal: document.slotsTotal,
    slotsBusy: context.slotsBusy,
    benchmarking: state.benchmarking,
    metrics: state.metrics,
    ...(offset !== undefined && { clockOffsetMs: offset }),
    benchmark: document.benchmark,
    score: scoreOfNode(state),
    rank: null,
    inventory: document.inventory,
  };
}
