export { countRows, openTable, type RowCount, type Table } from './open-table.js';
export { cutShard, type RowRange } from './cut-shard.js';
export { inTableLines, shardSchema, type Shard } from './shard.js';
export { mergeTables } from './merge-tables.js';
export { createMerger, type MergedTable, type Merger } from './merger.js';
export { openShard } from './open-shard.js';
export { compareTables } from './compare-tables.js';
export { createShardFiles, type ShardFiles } from './shard-files.js';
export { splitTable } from './split-table.js';
