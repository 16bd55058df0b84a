import { contract } from '@meshdeck/shared/api';
import type { ModelApi } from '../../models/index.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';
import { callerOf } from '../submitter.js';

export interface ModelRouteParts {
  models: ModelApi;
}

export function modelRoutes(app: PeopleApp, { models }: ModelRouteParts): void {
  serve(app, contract.apps.model, ({ name, version }, request) =>
    models.describe(name, { version, personId: callerOf(request).id }),
  );
}
