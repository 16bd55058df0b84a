import type { Logger } from 'pino';
import { isNamed, type HubConfig } from '../config/index.js';
import type { FileOwners } from '../files/file-owners.js';
import { accountRoutes } from '../http/routes/account.js';
import { invitationRoutes } from '../http/routes/invitations.js';
import { keyRoutes } from '../http/routes/keys.js';
import { oidcRoutes } from '../http/routes/oidc.js';
import { oneTimeLinkRoutes } from '../http/routes/one-time-links.js';
import { peopleRoutes } from '../http/routes/people.js';
import { settingsRoutes } from '../http/routes/settings.js';
import { signInRoutes } from '../http/routes/sign-in.js';
import type { HubAddresses } from '../hub-addresses.js';
import type { HubModule } from '../module.js';
import type { StoresModule } from '../stores/module.js';
import { accountDocumentSchema } from './account-document.js';
import { keyDocumentSchema } from './api-keys.js';
import { identityProvidersOf } from './identity-providers.js';
import { knownBrowserSchema } from './known-browsers.js';
import { createLocalAccess } from './local-access.js';
import { codeDocumentSchema } from './one-time-codes.js';
import { createPeople, type People } from './people.js';
import { settingsDocumentSchema } from './settings.js';
import type { LocalAccess } from './types.js';

export interface PeopleModule extends HubModule {
  access: LocalAccess;
  people: People;
}

/** Who people are, how they come in, and what they may do. */
export async function createPeopleModule(options: {
  config: HubConfig;
  stores: StoresModule;
  fileOwners: FileOwners;
  addresses: HubAddresses;
  now: () => number;
  logger: Logger;
}): Promise<PeopleModule> {
  const { config, stores, now, logger } = options;
  const { collection, folder, hub } = stores;
  const access = await createLocalAccess({ dataDir: folder.path, hubId: hub.id, logger, now });
  const people = await createPeople({
    local: access,
    storedBytes: options.fileOwners.bytesOf,
    collections: {
      accounts: await collection({ name: 'accounts', schema: accountDocumentSchema }),
      keys: await collection({ name: 'api-keys', schema: keyDocumentSchema }),
      codes: await collection({ name: 'one-time-codes', schema: codeDocumentSchema }),
      settings: await collection({ name: 'settings', schema: settingsDocumentSchema }),
      knownBrowsers: await collection({ name: 'known-browsers', schema: knownBrowserSchema }),
    },
    providers: await identityProvidersOf(config, logger),
    fixedRegistration: isNamed(config, 'registration') ? config.registration : null,
    now,
    logger,
  });
  return {
    name: 'people',
    access,
    people,
    routes(app) {
      signInRoutes(app, { access, people });
      oneTimeLinkRoutes(app, { access, people });
      oidcRoutes(app, { access, people });
      accountRoutes(app, { access, people });
      keyRoutes(app, { people });
      peopleRoutes(app, { people, lanUrl: options.addresses.peopleUrl });
      invitationRoutes(app, { people, lanUrl: options.addresses.peopleUrl });
      settingsRoutes(app, { people });
    },
    async stop() {
      try {
        await people.stop();
      } finally {
        await access.stop();
      }
    },
  };
}
