import type { Logger } from 'pino';
import type { HubConfig } from '../config/index.js';
import type { HubModule } from '../module.js';
import type { StoresModule } from '../stores/module.js';
import { createSeriesStore } from './store.js';
import type { SeriesStore } from './types.js';

export interface SeriesModule extends HubModule {
  series: SeriesStore;
}

export async function createSeriesModule(parts: {
  config: Pick<HubConfig, 'retentionDays'>;
  stores: StoresModule;
  logger: Logger;
}): Promise<SeriesModule> {
  const { retentionDays } = parts.config;
  const dataDir = parts.stores.folder.series;
  const series = await createSeriesStore({ dataDir, retentionDays, logger: parts.logger });
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
