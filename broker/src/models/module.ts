import type { AppRepository } from '../apps/index.js';
import type { FileStore } from '../files/types.js';
import { modelRoutes } from '../http/routes/models.js';
import type { HubModule } from '../module.js';
import { createModelApi } from './model-api.js';
import { createModelReader } from './model-reader.js';

/** What a model is. */
export function createModelsModule(options: { apps: AppRepository; files: FileStore }): HubModule {
  const reader = createModelReader();
  const models = createModelApi({ ...options, reader });
  return { name: 'models', routes: (app) => modelRoutes(app, { models }), stop: () => reader.stop() };
}
