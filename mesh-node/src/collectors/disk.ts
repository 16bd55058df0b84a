import { statfs } from 'node:fs/promises';
import type { Collector } from './collector.js';

/** Space on the disk that holds the agent's data folder: what this user may still write, not root's reserve. */
export function createDiskCollector(options: { dataDir: string }): Collector {
  return {
    name: 'disk',
    async collect() {
      const { bavail, blocks, bsize } = await statfs(options.dataDir);
      return { diskFreeBytes: bavail * bsize, diskTotalBytes: blocks * bsize };
    },
  };
}
