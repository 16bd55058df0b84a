import type { NodeId } from '@meshdeck/shared';
import type { LostReason } from './node-state.js';

/** What the registry of machines announces. */
export type NodeEvents = {
  changed: [nodeId: NodeId];
  removed: [nodeId: NodeId];
  /** A joined machine may be given work from now on. */
  active: [nodeId: NodeId];
  lost: [nodeId: NodeId, reason: LostReason];
};
