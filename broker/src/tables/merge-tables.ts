import type { FileStore } from '../files/index.js';
import { createMerger, type MergedTable } from './merger.js';

/**
 * Puts results that are all there together, in order. Throws as the merger's `add` and `finish` do.
 */
export async function mergeTables(options: {
  files: Pick<FileStore, 'put'>;
  name: string;
  /** `rows` is what the shard's input has. */
  results: Iterable<{ path: string; rows: number }> | AsyncIterable<{ path: string; rows: number }>;
}): Promise<MergedTable> {
  const merger = createMerger(options);
  try {
    let index = 0;
    for await (const { path, rows } of options.results) await merger.add({ index: index++, path, rows });
    return await merger.finish(index);
  } catch (error) {
    await merger.abandon();
    throw error;
  }
}
