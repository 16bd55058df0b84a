import type { Logger } from 'pino';
import type { HubConfig } from '../config/index.js';
import { seriesSettingsRoutes } from '../http/routes/series-settings.js';
import type { HubModule } from '../module.js';
import type { StoresModule } from '../stores/module.js';
import { openSeriesSettings, seriesSettingsDocumentSchema } from './settings.js';
import { openSeriesStore } from './store.js';
import type { SeriesStore } from './types.js';

export interface SeriesModule extends HubModule {
  series: SeriesStore;
  /** Resolves once it may be asked: opening it goes on while other modules are made. */
  opened: Promise<void>;
}

export async function createSeriesModule(options: {
  config: Pick<HubConfig, 'retentionDays'>;
  stores: StoresModule;
  logger: Logger;
}): Promise<SeriesModule> {
  const { config, stores, logger } = options;
  const settings = await openSeriesSettings({
    collection: await stores.collection({ name: 'series-settings', schema: seriesSettingsDocumentSchema }),
    fixedDays: config.retentionDays ?? null,
  });
  const { store: series, opened } = openSeriesStore({
    ...{ dataDir: stores.folder.series, keeping: settings.keeping, logger },
    async upgraded() {
      await settings.keepAsBefore();
      logger.info({ ...settings.view().tiers }, 'the series store of an earlier version keeps what it kept');
    },
  });
  return {
    name: 'series',
    series,
    opened,
    routes: (app) => seriesSettingsRoutes(app, { seriesSettings: settings, series }),
    health: () => {
      const { status, problem, notices } = series.state;
      const state = status === 'ready' ? 'running' : status;
      const message = problem?.message ?? (notices.length > 0 ? notices.join(' ') : null);
      return [{ name: 'Series store', state, message }];
    },
    stop: () => series.stop(),
  };
}
