import type { Logger } from 'pino';
import type { HubModule } from '../module.js';
import { createSeriesStore } from './store.js';
import type { SeriesStore } from './types.js';

export interface SeriesModule extends HubModule {
  series: SeriesStore;
}

export async function createSeriesModule(parts: {
  dataDir: string;
  retentionDays: number;
  logger: Logger;
}): Promise<SeriesModule> {
  const series = await createSeriesStore(parts);
  return {
    name: 'series',
    series,
    health: () => {
      const { status, problem } = series.state;
      const state = status === 'ready' ? 'running' : status;
      return [{ name: 'Series store', state, message: problem?.message ?? null }];
    },
    stop: () => series.stop(),
  };
}
