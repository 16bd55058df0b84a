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
  /** Writes when these were last heard, of those that were heard since that was written: a killed hub knows it so well. */
  heard(states: Iterable<NodeState>): Promise<void>;
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
  /** When each was last heard, as it is on disk since this hub started. */
  const heardAt = new Map<NodeId, number | null>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function write(state: NodeState): Promise<void> {
    const { document } = state;
    const { lastHeartbeatAt } = state;
    settled.delete(document.id);
    await collection.put({ ...document, lastHeartbeatAt });
    heardAt.set(document.id, lastHeartbeatAt);
    if (state.document === document) settled.add(document.id);
  }

  const tryWrite = (state: NodeState): Promise<void> =>
    write(state).catch((error: unknown) =>
      logger.error({ node: state.document.id, error: String(error) }, 'machine not saved'),
    );

  async function writeLeft(): Promise<void> {
    timer = undefined;
    for (const [nodeId, state] of leaving) {
      leaving.delete(nodeId);
      if (state.instanceId === null) await tryWrite(state);
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
    async heard(states) {
      for (const state of states) {
        const { id } = state.document;
        // One that is not on disk has its own write under way.
        if (!settled.has(id) || (heardAt.get(id) ?? null) === state.lastHeartbeatAt) continue;
        await tryWrite(state);
      }
    },
    async remove(nodeId) {
      leaving.delete(nodeId);
      settled.delete(nodeId);
      heardAt.delete(nodeId);
      await collection.remove(nodeId);
    },
    async stop(states) {
      clearTimeout(timer);
      leaving.clear();
      for (const state of states) await write(state);
    },
  };
}
