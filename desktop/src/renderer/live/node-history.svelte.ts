import type { NodeView } from '@meshdeck/shared';
import { SvelteMap } from 'svelte/reactivity';
import { api } from '../api/index.js';
import { spanQuery } from '../api/series-span.js';
import { CappedHistory, type Point } from './capped-history.js';

/** The last minutes of one machine, for the small charts. */
export interface NodeTrend {
  freeCpuPercent: readonly Point[];
  freeMemPercent: readonly Point[];
}

export const trendWindowMs = 10 * 60_000;
const capacity = 300;
const none: NodeTrend = { freeCpuPercent: [], freeMemPercent: [] };

interface Kept {
  cpu: CappedHistory;
  memory: CappedHistory;
}

/** Trends of the machines on the page: primed from the series store when first shown, then fed by live views. */
class NodeHistory {
  #kept = new Map<string, Kept>();
  #trends = new SvelteMap<string, NodeTrend>();

  of(id: string): NodeTrend {
    return this.#trends.get(id) ?? none;
  }

  /** Fetches the last minutes once; without them the chart simply starts now. */
  async prime(id: string): Promise<void> {
    if (this.#kept.has(id)) return;
    const kept = { cpu: new CappedHistory(capacity), memory: new CappedHistory(capacity) };
    this.#kept.set(id, kept);
    const to = Date.now();
    const keys = ['freeCpuPercent', 'freeMemPercent'];
    try {
      const { series } = await api.series.points({
        ...spanQuery({ source: `node:${id}`, keys, from: to - trendWindowMs, to }),
        maxPoints: 120,
      });
      const pointsOf = (key: string) => series.find((one) => one.key === key)?.points ?? [];
      kept.cpu.prime(pointsOf('freeCpuPercent'));
      kept.memory.prime(pointsOf('freeMemPercent'));
      this.#publish(id, kept);
    } catch {
      // Told elsewhere: a page that cannot reach the hub says so in its banner.
      this.#kept.delete(id);
    }
  }

  seen(nodes: readonly NodeView[]): void {
    for (const { id, metrics } of nodes) {
      const kept = this.#kept.get(id);
      if (kept === undefined || metrics === null || metrics.ts <= kept.cpu.lastTs) continue;
      kept.cpu.push(metrics.ts, metrics.freeCpuPercent);
      kept.memory.push(metrics.ts, metrics.freeMemPercent);
      this.#publish(id, kept);
    }
  }

  #publish(id: string, { cpu, memory }: Kept): void {
    for (const history of [cpu, memory]) history.dropBefore(history.lastTs - trendWindowMs);
    this.#trends.set(id, { freeCpuPercent: [...cpu.points], freeMemPercent: [...memory.points] });
  }
}

export const nodeHistory = new NodeHistory();
