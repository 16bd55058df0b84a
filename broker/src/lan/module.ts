import type { Logger } from 'pino';
import type { HubConfig } from '../config/index.js';
import { createHubAddresses, type HubAddresses } from '../hub-addresses.js';
import type { HubModule } from '../module.js';
import type { StoresModule } from '../stores/module.js';
import { lanState } from './certificate-reloader.js';
import { createHttpsListener, type HttpsListener } from './https-listener.js';

export interface LanModule extends HubModule {
  /** Null where people are let in on this computer only. */
  door: HttpsListener | null;
  /** Where the hub is reached, by all its doors. */
  addresses: HubAddresses;
}

/** People's way in from the network. */
export async function createLanModule(options: {
  config: HubConfig;
  stores: StoresModule;
  now: () => number;
  logger: Logger;
}): Promise<LanModule> {
  const { config, stores, now, logger } = options;
  const door = config.https
    ? await createHttpsListener({ config, dataDir: stores.folder.path, identity: stores.hub, now, logger })
    : null;
  return {
    name: 'lan',
    door,
    addresses: createHubAddresses({ config, peopleUrls: () => door?.view().urls ?? [] }),
    health: () => [door?.state() ?? lanState(0, null)],
    stop: () => door?.stop(),
  };
}
