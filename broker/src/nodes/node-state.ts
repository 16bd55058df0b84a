import type { Metrics } from '@meshdeck/shared';
import type { NodeDocument } from './node-document.js';

export type LostReason = 'stopped' | 'connection-lost' | 'silent';

/** What every agent begins a connection with. */
export const usualPaceMs = 2000;

/** A machine as the hub holds it in memory: what is stored, and what is true right now. */
export interface NodeState {
  document: NodeDocument;
  presence: 'active' | 'lost';
  presenceSince: number;
  lostReason: LostReason | null;
  /** The agent process that is connected; null while none is. */
  instanceId: string | null;
  /** It said goodbye before its connection ended. */
  saidGoodbye: boolean;
  lastHeartbeatAt: number | null;
  /** How often it was told to send metrics, and when it was told. */
  pace: { ms: number; since: number };
  /** It has sent metrics on this connection: from then on it follows what it is told. */
  sendsMetrics: boolean;
  metrics: Metrics | null;
  metricsAt: number | null;
  /** See `clock-offset.ts`. */
  clockSamples: number[];
  benchmarking: boolean;
  /** When a second live agent last tried to use this identity. */
  clonedAt: number | null;
}

export function restoredState(document: NodeDocument, now: number): NodeState {
  return {
    document,
    presence: 'lost',
    presenceSince: document.lastHeartbeatAt ?? now,
    lostReason: 'connection-lost',
    instanceId: null,
    saidGoodbye: false,
    lastHeartbeatAt: document.lastHeartbeatAt,
    pace: { ms: usualPaceMs, since: 0 },
    sendsMetrics: false,
    metrics: null,
    metricsAt: null,
    clockSamples: [],
    benchmarking: false,
    clonedAt: null,
  };
}
