import { contract } from '@meshdeck/shared/api';
import type { SensorApi } from '../../sensors/sensor-registry.js';
import type { PeopleApp } from '../fastify.js';
import { pageOf } from '../paging.js';
import { serve } from '../serve.js';

export interface SensorRouteDependencies {
  sensors: SensorApi;
}

export function sensorRoutes(app: PeopleApp, { sensors }: SensorRouteDependencies): void {
  serve(app, contract.sensors.list, (asked) => {
    const { page, nextCursor } = pageOf(
      sensors.list(),
      asked,
      ({ id }) => id,
      ({ latest, metadata, units }) =>
        10 + [latest, metadata, units].reduce((sum, part) => sum + Object.keys(part).length, 0),
    );
    return { sensors: page, nextCursor };
  });

  serve(app, contract.sensors.register, async ({ body }, request) => {
    const credential = await sensors.register(body);
    request.auditTarget = credential.sensor.id;
    return credential;
  });

  serve(app, contract.sensors.get, ({ id }) => sensors.get(id));

  serve(app, contract.sensors.patch, ({ id, body }) => sensors.patch(id, body));

  serve(app, contract.sensors.remove, ({ id }) => sensors.remove(id));

  serve(app, contract.sensors.renewCredential, ({ id }) => sensors.rotateCredential(id));
}
