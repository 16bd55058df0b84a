import type { NodeId } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { median } from '../speeds/weighted-median.js';
import type { Collection } from '../stores/documents.js';
import type { BandwidthDocument } from './bandwidth-document.js';

/** The last few tell: networks change. */
const kept = 8;
/** Less than this is all latency and tells no speed. */
const tellingBytes = 256 * 1024;
/** A burst of fetches is written once; what a kill loses is measured again. */
const writeAfterMs = 2000;

/** How fast each machine fetches from the hub, measured whenever it does. */
export interface BandwidthEstimates {
  record(transfer: { nodeId: NodeId; bytes: number; ms: number }): void;
  /** Of this machine, or of the others while it has fetched nothing yet; null before anyone has. */
  bytesPerSecond(nodeId: NodeId): number | null;
  stop(): Promise<void>;
}

export async function createBandwidthEstimates(options: {
  collection: Collection<BandwidthDocument>;
  now: () => number;
  logger: Logger;
}): Promise<BandwidthEstimates> {
  const { collection, now, logger } = options;
  const speeds = new Map((await collection.all()).map((document) => [document.id, document.speeds]));
  const unwritten = new Set<NodeId>();
  let others: number | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  recount();

  function recount(): void {
    const known = [...speeds.values()].filter((list) => list.length > 0);
    others = known.length === 0 ? null : median(known.map(median));
  }

  async function write(): Promise<void> {
    timer = undefined;
    const ids = [...unwritten];
    unwritten.clear();
    for (const id of ids) {
      await collection
        .put({ id, speeds: speeds.get(id) ?? [], updatedAt: now() })
        .catch((error: unknown) =>
          logger.error({ node: id, error: String(error) }, 'transfer speed not saved'),
        );
    }
  }

  return {
    record({ nodeId, bytes, ms }) {
      if (bytes < tellingBytes || !(ms > 0)) return;
      speeds.set(nodeId, [...(speeds.get(nodeId) ?? []), (1000 * bytes) / ms].slice(-kept));
      recount();
      unwritten.add(nodeId);
      timer ??= setTimeout(() => void write(), writeAfterMs).unref();
    },
    bytesPerSecond(nodeId) {
      const own = speeds.get(nodeId);
      return own === undefined || own.length === 0 ? others : median(own);
    },
    async stop() {
      clearTimeout(timer);
      await write();
    },
  };
}
