import type { Logger } from 'pino';
import type { SpeedPrediction } from '../placement/snapshot.js';
import type { Collection } from '../stores/documents.js';
import type { SpeedDocument } from './speed-document.js';
import {
  createSpeedTable,
  type MachineIdentity,
  type ModelSpeeds,
  type RunNotes,
  type SpeedEntry,
} from './speed-table.js';

/** A burst of short runs is written once; what a kill loses is learned again by the next run. */
const writeAfterMs = 2000;

/** Rows/s of every model on every machine, learned from their runs. */
export interface SpeedStore {
  /**
   * `runMs`: all a run took but the transfers, which placement counts by themselves. `loadFactor`: as placement
   * predicted it for that attempt (`Candidate.prediction.loadFactor`); the run counts as if the machine had had no
   * other load. Runs without rows are left out. At once in memory, soon on disk.
   */
  record(
    run: MachineIdentity &
      RunNotes & { bundleSha256: string; rows: number; runMs: number; loadFactor?: number },
  ): void;
  /** From the machine's own runs, else from its class, else from others scaled by their benchmarks; else null. */
  predict(query: MachineIdentity & { bundleSha256: string }): SpeedPrediction | null;
  /** Everything known, by model. */
  models(): ModelSpeeds[];
  size(): number;
  /** Resolves when all that was recorded before is on disk, or could not be written. */
  flush(): Promise<void>;
  /** Writes what is left and takes no more. */
  stop(): Promise<void>;
}

const documentId = ({ bundleSha256, nodeId }: SpeedEntry) => `${bundleSha256}/${nodeId}`;

/** At most `maxEntries` pairs of model and machine are kept, the most recently used ones. */
export async function createSpeedStore(options: {
  collection: Collection<SpeedDocument>;
  now: () => number;
  logger: Logger;
  maxEntries?: number;
}): Promise<SpeedStore> {
  const { collection, now, logger, maxEntries = 5000 } = options;
  const stored = await collection.all();
  const table = createSpeedTable({ entries: stored, maxEntries });
  /** By document id: what the disk does not know yet; null is to be removed. */
  const unwritten = new Map<string, SpeedEntry | null>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing = Promise.resolve();
  let stopped = false;

  const excess = stored
    .sort((a, b) => a.updatedAt - b.updatedAt)
    .slice(0, Math.max(0, stored.length - maxEntries));
  for (const { id } of excess) unwritten.set(id, null);

  async function writeAll(): Promise<void> {
    const batch = [...unwritten];
    unwritten.clear();
    for (const [id, entry] of batch) {
      try {
        if (entry === null) await collection.remove(id);
        else await collection.put({ id, ...entry });
      } catch (error) {
        logger.error({ speed: id, error: String(error) }, 'learned speed not saved');
      }
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(writeAll);
    return writing;
  }

  function note(id: string, entry: SpeedEntry | null): void {
    unwritten.set(id, entry);
    timer ??= setTimeout(() => void flush(), writeAfterMs).unref();
  }

  return {
    record({ loadFactor = 1, runMs, ...run }) {
      if (stopped) return;
      const learned = table.record({ ...run, runMs: runMs / Math.max(1, loadFactor), at: now() });
      if (learned === null) return;
      note(documentId(learned.entry), learned.entry);
      if (learned.evicted !== null) note(documentId(learned.evicted), null);
    },
    predict: table.predict,
    models: table.models,
    size: table.size,
    flush,
    async stop() {
      stopped = true;
      await flush();
    },
  };
}
