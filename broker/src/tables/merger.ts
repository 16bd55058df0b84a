import type { AttemptFacts, FileReference } from '@meshdeck/shared';
import type { FileStore } from '../files/index.js';
import { inspectResult, type ShardResult } from './inspect-result.js';
import {
  mergeError,
  otherColumnMap,
  otherHeader,
  resultChanged,
  resultUnreadable,
  wrongRowCount,
} from './problems.js';
import { readChunks } from './read-chunks.js';

export interface MergedTable {
  file: FileReference;
  rows: number;
}

/**
 * Puts shards' results together in the order of the input, each as soon as those before it are there. Results that
 * come early wait as the files they are.
 */
export interface Merger {
  /**
   * Looks a result over and takes it. A refused one leaves the merger as it was: the shard can run again. The file
   * must stay until `finish` or `abandon` has ended.
   *
   * @throws MeshdeckError app-no-output when it is no table, or has other columns, or not the shard's number of rows.
   */
  add(result: {
    index: number;
    path: string;
    /** Rows that the result must have: those of the shard's input, and the empty ones that stay in it. */
    rows: number;
    /** What the attempt reported; another one than the other shards' would mean other numbers under the same header. */
    columnMap?: AttemptFacts['columnMap'];
    signal?: AbortSignal;
  }): Promise<void>;
  /** Shards taken without a gap, from the first on. */
  merged(): number;
  /** There are `shards` of them and all are added. @throws MeshdeckError transfer-failed when the disk is full. */
  finish(shards: number): Promise<MergedTable>;
  /** Drops what is merged so far. */
  abandon(): Promise<void>;
}

/**
 * Begins a table in `files` under `name`. It is there, and on disk, when `finish` has ended, or not at all. `delimiter`:
 * of results of a model, which copy values as they stand, quotes that are text included.
 */
export function createMerger({
  files,
  name,
  delimiter,
}: {
  files: Pick<FileStore, 'put'>;
  name: string;
  delimiter?: string | undefined;
}): Merger {
  const waiting = new Map<number, ShardResult>();
  const taken = new Set<number>();
  let first: { index: number; header: Buffer; columnMap: string } | undefined;
  let merged = 0;
  let rows = 0;
  let shards = Infinity;
  let abandoned = false;
  let wake: () => void = () => undefined;

  /** The next result in order; undefined behind the last. */
  const nextResult = async (): Promise<ShardResult | undefined> => {
    for (;;) {
      if (abandoned) throw new Error('The merge was abandoned.');
      const result = waiting.get(merged);
      if (result !== undefined || merged >= shards) return result;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };

  async function* mergedBytes(): AsyncGenerator<Uint8Array, void, undefined> {
    let lineEnding = '\n';
    let endsInNewline = true;
    for (let result = await nextResult(); result !== undefined; result = await nextResult()) {
      const index = merged;
      const start = index === 0 ? 0 : result.headerBytes;
      if (index === 0) ({ lineEnding } = result);
      if (!endsInNewline && start < result.bytes) yield Buffer.from(lineEnding);
      let at = start;
      for await (const chunk of readChunks({ path: result.path, start, end: result.bytes })) {
        at += chunk.length;
        yield chunk;
      }
      if (at !== result.bytes) throw resultChanged(index);
      if (start < result.bytes) ({ endsInNewline } = result);
      rows += result.rows;
      waiting.delete(index);
      merged++;
    }
  }

  const writing = files.put(mergedBytes(), { name });
  writing.catch(() => undefined); // thrown by finish
  return {
    async add({ index, path, rows: expected, columnMap = [], signal }) {
      const result = await inspectResult(path, { delimiter, signal }).catch((error: unknown) => {
        throw signal?.aborted ? error : resultUnreadable(index, error);
      });
      if (result.rows !== expected) throw wrongRowCount(index, result.rows, expected);
      const columns = JSON.stringify(columnMap);
      first ??= { index, header: result.header, columnMap: columns };
      if (!result.header.equals(first.header)) {
        throw otherHeader(index, first.index, result.header.toString(), first.header.toString());
      }
      if (columns !== first.columnMap) throw otherColumnMap(index, first.index, columns, first.columnMap);
      if (taken.has(index)) return;
      taken.add(index);
      waiting.set(index, result);
      wake();
    },
    merged: () => merged,
    async finish(count) {
      const missing = Array.from({ length: count }, (_, index) => index).find((index) => !taken.has(index));
      if (count < 1 || missing !== undefined || taken.size > count) {
        throw new Error(`Of ${count} shards, ${taken.size} are added; the first one missing is ${missing}.`);
      }
      shards = count;
      wake();
      try {
        return { file: await writing, rows };
      } catch (error) {
        throw mergeError(error);
      }
    },
    async abandon() {
      abandoned = true;
      wake();
      await writing.catch(() => undefined);
    },
  };
}
