import type { FileReference } from '@meshdeck/shared';
import { cutShard } from './cut-shard.js';
import type { Table } from './open-table.js';
import type { Shard } from './shard.js';

/**
 * Cuts a table from its first row on into shards of so many rows, each when it is asked for: the first can be handed
 * out while the others are still uncut, and how many rows the next one takes can be decided late.
 *
 * @throws MeshdeckError invalid-request when there are not as many rows; cancelled.
 */
export async function* splitTable(options: {
  table: Table;
  source: FileReference;
  rowCounts: Iterable<number>;
  signal?: AbortSignal;
}): AsyncGenerator<Shard, void, undefined> {
  const { table, source, rowCounts, signal } = options;
  let firstRow = 0;
  for (const rows of rowCounts) {
    yield await cutShard({ table, source, range: { firstRow, rows }, signal });
    firstRow += rows;
  }
}
