import type { LostReason } from './node-state.js';

/** What the registry of machines announces. */
export type NodeEvents = {
  changed: [nodeId: string];
  removed: [nodeId: string];
  /** A joined machine may be given work from now on. */
  active: [nodeId: string];
  lost: [nodeId: string, reason: LostReason];
};
