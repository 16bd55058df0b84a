import { contract } from '@meshdeck/shared/api';
import type { SeriesSettingsStore } from '../../series/settings.js';
import type { SeriesStore } from '../../series/types.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';

export interface SeriesSettingsRouteDependencies {
  seriesSettings: Pick<SeriesSettingsStore, 'view' | 'change'>;
  series: Pick<SeriesStore, 'usage'>;
}

export function seriesSettingsRoutes(
  app: PeopleApp,
  { seriesSettings: settings, series }: SeriesSettingsRouteDependencies,
): void {
  const view = () => ({ ...settings.view(), usage: series.usage });
  serve(app, contract.settings.series, () => view());

  serve(app, contract.settings.patchSeries, async ({ body }, request) => {
    request.auditTarget = 'series';
    request.auditDetail = JSON.stringify(body);
    await settings.change(body);
    return view();
  });
}
