import { join } from 'node:path';
import { secretRoutes } from '../http/routes/secrets.js';
import type { HubModule } from '../module.js';
import type { StoresModule } from '../stores/module.js';
import { openSealing } from './sealing.js';
import { createSecrets, secretDocumentSchema, type Secrets } from './secrets.js';

export interface SecretsModule extends HubModule {
  secrets: Secrets;
}

/** What jobs need and nobody may read: people's own, and the lab's. */
export async function createSecretsModule(options: {
  stores: StoresModule;
  now: () => number;
}): Promise<SecretsModule> {
  const { stores, now } = options;
  const collection = await stores.collection({ name: 'secrets', schema: secretDocumentSchema });
  const hasSecrets = (await collection.all()).length > 0;
  const sealing = await openSealing(join(stores.folder.path, 'secrets.key'), { hasSecrets });
  const secrets = await createSecrets({ collection, sealing, now });
  return { name: 'secrets', secrets, routes: (app) => secretRoutes(app, { secrets }) };
}
