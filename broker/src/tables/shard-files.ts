import type { FileStore } from '../files/index.js';
import { openShard } from './open-shard.js';
import type { Shard } from './shard.js';

/** A file store that also gives shards by their hash, read from the tables they are cut from. */
export interface ShardFiles extends FileStore {
  /** Makes a shard readable until the returned function is called. Lending again what is lent is fine. */
  lend(shard: Shard): () => void;
}

/** `files` holds the tables; whoever lends a shard keeps its table from being collected. */
export function createShardFiles({ files }: { files: FileStore }): ShardFiles {
  const lent = new Map<string, Set<Shard>>();
  const find = (sha256: string): Shard | undefined => lent.get(sha256)?.values().next().value;

  return {
    ...files,
    lend(shard) {
      const key = shard.file.sha256;
      const own = { ...shard };
      const loans = lent.get(key) ?? new Set();
      lent.set(key, loans.add(own));
      return () => {
        loans.delete(own);
        if (loans.size === 0 && lent.get(key) === loans) lent.delete(key);
      };
    },
    has: async (sha256) => lent.has(sha256) || (await files.has(sha256)),
    size: async (sha256) => find(sha256)?.file.bytes ?? (await files.size(sha256)),
    async open(sha256, range) {
      const shard = find(sha256);
      if (shard === undefined || (await files.has(sha256))) return files.open(sha256, range);
      return openShard(await files.locate(shard.table), shard, range);
    },
  };
}
