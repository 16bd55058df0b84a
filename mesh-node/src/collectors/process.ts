import { uptime } from 'node:os';
import type { Collector } from './collector.js';

/** How long the machine has been up, and what the agent itself takes of its memory. */
export function createProcessCollector(): Collector {
  return {
    name: 'process',
    collect: () => Promise.resolve({ uptimeSeconds: uptime(), agentRssBytes: process.memoryUsage.rss() }),
  };
}
