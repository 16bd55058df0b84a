import { contract } from '@meshdeck/shared/api';
import type { ModelApi } from '../../models/index.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';
import { callerOf } from '../submitter.js';

export interface ModelRouteDependencies {
  models: ModelApi;
}

export function modelRoutes(app: PeopleApp, { models }: ModelRouteDependencies): void {
  serve(app, contract.apps.model, ({ name, version }, request) =>
    models.describe(name, { version, personId: callerOf(request).id }),
  );
}
