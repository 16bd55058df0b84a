import type { HubReady } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { HubAddresses } from '../hub-addresses.js';
import type { HubModule } from '../module.js';
import type { StoresModule } from '../stores/module.js';
import { writeHubAddress } from '../users/hub-address.js';
import type { LocalAccess } from '../users/index.js';

export interface EntranceModule extends HubModule {
  /** `uiLink` asks for a one-time link in it. */
  ready(options: { uiLink: boolean }): HubReady;
}

/** Last in the list: says where the hub answers, once everything does. */
export function createEntranceModule(options: {
  stores: StoresModule;
  addresses: HubAddresses;
  access: Pick<LocalAccess, 'createLink'>;
  logger: Logger;
}): EntranceModule {
  const { addresses, access, logger } = options;
  const { folder, hub } = options.stores;
  let remove: (() => Promise<void>) | undefined;
  return {
    name: 'entrance',
    async start() {
      remove = await writeHubAddress(folder.path, addresses.urls().url);
      logger.info({ ...addresses.urls(), id: hub.id }, 'hub serves');
    },
    stop: () => remove?.(),
    ready({ uiLink }) {
      const urls = addresses.urls();
      return {
        event: 'ready',
        ...urls,
        fingerprint: hub.fingerprint,
        ...(uiLink && { uiLink: `${urls.url}/login?link=${access.createLink()}` }),
      };
    },
  };
}
