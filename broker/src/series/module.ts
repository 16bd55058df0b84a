import type { Logger } from 'pino';
import type { HubConfig } from '../config/index.js';
import type { HubModule } from '../module.js';
import type { StoresModule } from '../stores/module.js';
import { createSeriesStore } from './store.js';
import type { SeriesStore } from './types.js';

export interface SeriesModule extends HubModule {
  series: SeriesStore;
}

export async function createSeriesModule(options: {
  config: Pick<HubConfig, 'retentionDays'>;
  stores: StoresModule;
  logger: Logger;
}): Promise<SeriesModule> {
  const { retentionDays } = options.config;
  const dataDir = options.stores.folder.series;
  const series = await createSeriesStore({ dataDir, retentionDays, logger: options.logger });
  return {
    name: 'series',
    series,
    health: () => {
      const { status, problem, notices } = series.state;
      const state = status === 'ready' ? 'running' : status;
      const message = problem?.message ?? (notices.length > 0 ? notices.join(' ') : null);
      return [{ name: 'Series store', state, message }];
    },
    stop: () => series.stop(),
  };
}
