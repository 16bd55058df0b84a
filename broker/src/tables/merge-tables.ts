import type { FileStore } from '../files/index.js';
import { createMerger, type MergedTable } from './merger.js';

/** A shard's result, and the rows that it must have. */
export interface PartResult {
  path: string;
  rows: number;
}

/**
 * Puts results that are all there together, in order. Throws as the merger's `add` and `finish` do.
 */
export async function mergeTables(options: {
  files: Pick<FileStore, 'put'>;
  name: string;
  delimiter?: string | undefined;
  results: Iterable<PartResult> | AsyncIterable<PartResult>;
}): Promise<MergedTable> {
  const merger = createMerger(options);
  try {
    let index = 0;
    for await (const result of options.results) await merger.add({ index: index++, ...result });
    return await merger.finish(index);
  } catch (error) {
    await merger.abandon();
    throw error;
  }
}
