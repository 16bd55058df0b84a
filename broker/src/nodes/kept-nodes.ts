import type { NodeId } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { Collection } from '../stores/documents.js';
import type { NodeDocument } from './node-document.js';
import type { NodeState } from './node-state.js';

/** A whole room that leaves or comes back within so long is no news for the disk. */
const leftAfterMs = 1000;

/**
 * Machines on disk, each written where something of it became different: a room that comes back says again what it said
 * before.
 */
export interface KeptNodes {
  /**
   * Takes the change into the machine's document. Resolves with whether anything became different by it, once that is on
   * disk; rejects where it is not, and then the same change is written again.
   */
  change(state: NodeState, change: Partial<NodeDocument>): Promise<boolean>;
  /** It has left: when it was last heard is written a little later, where it has not come back by then. */
  left(state: NodeState): void;
  remove(nodeId: NodeId): Promise<void>;
  /** Writes when each of these was last heard. */
  stop(states: Iterable<NodeState>): Promise<void>;
}

/** Without when it was collected: that alone is no news. */
const newsOf = (key: string, value: unknown) =>
  key === 'inventory' && typeof value === 'object' && value !== null ? { ...value, ts: 0 } : value;
const isSame = (key: string, a: unknown, b: unknown) =>
  a === b || JSON.stringify(newsOf(key, a)) === JSON.stringify(newsOf(key, b));

export function createKeptNodes(options: {
  collection: Pick<Collection<NodeDocument>, 'put' | 'remove'>;
  /** Those that were read from it. */
  stored: Iterable<NodeId>;
  logger: Logger;
}): KeptNodes {
  const { collection, logger } = options;
  /** Their documents are on disk, but for when they were last heard. */
  const settled = new Set<NodeId>(options.stored);
  const leaving = new Map<NodeId, NodeState>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function write(state: NodeState): Promise<void> {
    const { document } = state;
    settled.delete(document.id);
    await collection.put({ ...document, lastHeartbeatAt: state.lastHeartbeatAt });
    if (state.document === document) settled.add(document.id);
  }

  async function writeLeft(): Promise<void> {
    timer = undefined;
    for (const [nodeId, state] of leaving) {
      leaving.delete(nodeId);
      if (state.instanceId !== null) continue;
      await write(state).catch((error: unknown) =>
        logger.error({ node: nodeId, error: String(error) }, 'machine not saved'),
      );
    }
  }

  return {
    async change(state, change) {
      const { document } = state;
      const isNews = Object.entries(change).some(
        ([key, value]) => !isSame(key, value, document[key as keyof NodeDocument]),
      );
      state.document = { ...document, ...change };
      if (!isNews && settled.has(document.id)) return false;
      await write(state);
      return true;
    },
    left(state) {
      leaving.set(state.document.id, state);
      timer ??= setTimeout(() => void writeLeft(), leftAfterMs).unref();
    },
    async remove(nodeId) {
      leaving.delete(nodeId);
      settled.delete(nodeId);
      await collection.remove(nodeId);
    },
    async stop(states) {
      clearTimeout(timer);
      leaving.clear();
      for (const state of states) await write(state);
    },
  };
}
