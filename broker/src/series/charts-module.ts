import { metricUnits } from '@meshdeck/shared';
import { seriesRoutes } from '../http/routes/series.js';
import type { HubModule } from '../module.js';
import type { SensorRegistry } from '../sensors/sensor-registry.js';
import type { SeriesStore } from './types.js';

/** The stored series with their units, for charts and export. */
export function createChartsModule(options: {
  series: SeriesStore;
  sensors: Pick<SensorRegistry, 'unitOf'>;
}): HubModule {
  function unitOf(source: string, key: string): string {
    const [kind, id = ''] = source.split(':');
    if (kind === 'sensor') return options.sensors.unitOf(id, key);
    return Object.hasOwn(metricUnits, key) ? metricUnits[key as keyof typeof metricUnits] : '';
  }
  return { name: 'charts', routes: (app) => seriesRoutes(app, { series: options.series, unitOf }) };
}
