import { join } from 'node:path';
import type { Logger } from 'pino';
import { agentPackageRoutes } from '../http/routes/agent-package.js';
import { helloRoute } from '../http/routes/agent-hello.js';
import { pairingRoutes } from '../http/routes/agent-pairing.js';
import { joinTokenRoutes } from '../http/routes/join-tokens.js';
import { joinRoutes } from '../http/routes/join.js';
import type { HubAddresses } from '../hub-addresses.js';
import type { JobTransport } from '../transport/job-transport.js';
import { createAgentPackage } from '../enrollment/agent-package.js';
import { createWrongTokenLimit } from '../rate-limits/wrong-token-limit.js';
import type { HubModule } from '../module.js';
import type { NodeRegistry } from '../nodes/registry.js';
import type { StoresModule } from '../stores/module.js';
import { createJoinTokens, joinTokenDocumentSchema } from './join-tokens.js';
import { createPairing, type Pairing } from './pairing.js';

export interface PairingModule extends HubModule {
  pairing: Pairing;
}

/** How machines come in: by a compared code, a join token, or one line that installs the agent. */
export async function createPairingModule(options: {
  stores: StoresModule;
  nodes: NodeRegistry;
  transport: Pick<JobTransport, 'accessFor'>;
  addresses: HubAddresses;
  /** The agent's package, for machines that join by one line. */
  agentDir: string;
  now: () => number;
  logger: Logger;
}): Promise<PairingModule> {
  const { stores, addresses, now, logger } = options;
  const { hub, folder } = stores;
  const joinTokens = await createJoinTokens({
    collection: await stores.collection({ name: 'join-tokens', schema: joinTokenDocumentSchema }),
    hubFingerprint: hub.fingerprint,
    addresses: addresses.forMachines,
    now,
  });
  const pairing = createPairing({
    nodes: options.nodes,
    joinTokens,
    hub,
    mqttPort: () => addresses.ports.mqtt,
    accessFor: (nodeId) => options.transport.accessFor(nodeId),
    now,
    logger: logger.child({ component: 'pairing' }),
  });
  const installing = {
    package: createAgentPackage({ dir: options.agentDir, cacheDir: join(folder.path, 'downloads') }),
    tokens: joinTokens,
    hub,
    noteFailure: createWrongTokenLimit(logger.child({ component: 'joining' })),
  };
  return {
    name: 'pairing',
    pairing,
    mqttAccess: { authenticateNode: pairing.admit },
    routes: (app) => joinTokenRoutes(app, { joinTokens }),
    agentRoutes: {
      open(app) {
        helloRoute(app, pairing);
        pairingRoutes(app, pairing);
        joinRoutes(app, installing);
      },
      joined(app) {
        agentPackageRoutes(app, installing);
      },
    },
    stop: () => pairing.stop(),
  };
}
