import { topicPrefix, type SensorId, type SensorView } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { createEvents } from '../events.js';
import { sensorRoutes } from '../http/routes/sensors.js';
import type { HubAddresses } from '../hub-addresses.js';
import { createLiveTopic } from '../live/live-topic.js';
import type { HubModule } from '../module.js';
import type { MqttModule } from '../mqtt/module.js';
import type { SeriesStore } from '../series/types.js';
import type { StoresModule } from '../stores/module.js';
import { createSensorRegistry, sensorDocumentSchema, type SensorRegistry } from './sensor-registry.js';
import { sensorMetrics } from './sensor-metrics.js';

type SensorEvents = {
  changed: [sensorId: SensorId];
  removed: [sensorId: SensorId];
  /** Whoever is connected with the old password must leave. */
  credentialChanged: [sensorId: SensorId];
};

export interface SensorsModule extends HubModule {
  sensors: SensorRegistry;
}

export async function createSensorsModule(options: {
  stores: StoresModule;
  series: SeriesStore;
  mqtt: Pick<MqttModule, 'broker' | 'events'>;
  addresses: HubAddresses;
  now: () => number;
  logger: Logger;
}): Promise<SensorsModule> {
  const { mqtt, addresses, now, logger } = options;
  const { broker } = mqtt;
  const events = createEvents<SensorEvents>({ logger });
  const sensors = await createSensorRegistry({
    collection: await options.stores.collection({ name: 'sensors', schema: sensorDocumentSchema }),
    series: options.series,
    brokerUrl: () => addresses.urls().sensors,
    changed: (sensorId) => events.emit('changed', sensorId),
    removed: (sensorId) => events.emit('removed', sensorId),
    credentialChanged: (sensorId) => events.emit('credentialChanged', sensorId),
    now,
  });
  const live = createLiveTopic<SensorView>({
    broker,
    topic: 'live/sensors',
    publish: (message) => broker.publish('live/sensors', {}, message),
    viewsOf: (ids) => sensors.list().filter(({ id }) => ids.has(id)),
    logger,
  });
  const disconnect = (sensorId: SensorId) =>
    broker.disconnect((who) => who.kind === 'sensor' && who.sensorId === sensorId);
  const disposers = [
    events.on('changed', live.changed),
    events.on('removed', live.removed),
    events.on('removed', disconnect),
    events.on('removed', (sensorId) =>
      broker.forgetRetained(topicPrefix('sensors/{sensorId}/readings', { sensorId })),
    ),
    events.on('credentialChanged', disconnect),
    mqtt.events.on('connected', (who) => {
      if (who.kind === 'sensor') sensors.connected(who.sensorId);
    }),
    mqtt.events.on('disconnected', (who) => {
      if (who.kind === 'sensor') sensors.disconnected(who.sensorId);
    }),
  ];
  return {
    name: 'sensors',
    sensors,
    live: [live],
    topics: sensors.handlers,
    mqttAccess: { authenticateSensor: async (id, password) => sensors.authenticate(id, password) },
    routes: (app) => sensorRoutes(app, { sensors }),
    metrics: () => sensorMetrics(sensors),
    stop() {
      for (const dispose of disposers) dispose();
    },
  };
}
