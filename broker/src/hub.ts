import type { HubReady } from '@meshdeck/shared';
import { allFastPaths, fastPathsRemark, readFastPaths } from '@meshdeck/shared/runtime';
import type { Logger } from 'pino';
import { createAppsModule } from './apps/module.js';
import { createAuditModule } from './audit/module.js';
import { createChecksModule } from './checks/module.js';
import type { HubConfig } from './config/index.js';
import { createConversionModule } from './conversion/module.js';
import { createDiscoveryModule } from './discovery/module.js';
import { createDoorsModule } from './doors/module.js';
import { createEntranceModule, type EntranceModule } from './facts/entrance-module.js';
import { createFactsModule } from './facts/module.js';
import { createActivity } from './fairness/activity.js';
import { createFileGcModule } from './files/gc-module.js';
import { createFilesModule } from './files/module.js';
import { createUploadsModule } from './files/uploads-module.js';
import { createHttpModule } from './http/module.js';
import { createJobRecordsModule } from './jobs/store/module.js';
import { createJobsModule } from './jobs/module.js';
import { createLanModule } from './lan/module.js';
import { refuseUnreachable } from './listening-addresses.js';
import { createLiveModule } from './live/module.js';
import { createModelsModule } from './models/module.js';
import { createModuleRunner, type AddModule } from './module.js';
import { createMqttModule } from './mqtt/module.js';
import { createNodeApiModule } from './nodes/api-module.js';
import { createNodesModule } from './nodes/module.js';
import { resolveNode } from './nodes/resolve-node.js';
import { createNotesModule } from './notes/module.js';
import { createPairingModule } from './pairing/module.js';
import { createResultsModule } from './results/module.js';
import { createSecretsModule } from './secrets/module.js';
import { createSensorsModule } from './sensors/module.js';
import { createChartsModule } from './series/charts-module.js';
import { createSeriesModule } from './series/module.js';
import { createStoresModule } from './stores/module.js';
import { createTransportModule } from './transport/module.js';
import { createPeopleModule } from './users/module.js';

export interface Hub {
  /** Resolves once every door is open. `uiLink` asks for a one-time link in the answer. */
  start(options?: { uiLink?: boolean }): Promise<HubReady>;
  /** Everything in reverse order; safe to call at any time, also while it starts. */
  stop(): Promise<void>;
}

/** What the hub finds around itself: where it logs, and the folders that come with the program. */
export interface HubSurroundings {
  logger: Logger;
  uiDir: string;
  samplesDir: string;
  /** The agent's package, for machines that join by one line. */
  agentDir: string;
  /** How many promises were rejected and nobody took it, since the process started. */
  unhandledRejections?: () => number;
  /** Unix ms */
  now?: () => number;
}

/** The one composition root: the modules in the order in which they start. Each gets what it needs of those before it. */
async function makeModules(
  config: HubConfig,
  surroundings: HubSurroundings,
  add: AddModule,
): Promise<EntranceModule> {
  const { logger, now = Date.now, unhandledRejections = () => 0 } = surroundings;
  const { samplesDir, agentDir, uiDir } = surroundings;
  const room = (name: string) => ({ logger: logger.child({ component: name }), now });
  const startedAt = now();
  refuseUnreachable(config);
  const fastPaths = readFastPaths(config.fastPaths) ?? allFastPaths;
  const remark = fastPathsRemark(config.fastPaths);
  if (remark !== null) logger.warn(remark);

  // What is kept.
  const { dataDir, name: hubName } = config;
  const stores = add(await createStoresModule({ dataDir, hubName, logger, now }));
  const { folder, hub } = stores;
  const files = add(await createFilesModule({ stores, fastPaths, logger, now }));
  const { series, opened } = add(await createSeriesModule({ config, stores, ...room('series') }));

  // People, and what they bring.
  const { door: lan, addresses } = add(await createLanModule({ config, stores, ...room('people') }));
  const { fileOwners } = files;
  const peopleModule = add(
    await createPeopleModule({ config, stores, fileOwners, addresses, ...room('people') }),
  );
  const { access, people } = peopleModule;
  const { audit } = add(await createAuditModule({ dir: folder.audit, ...room('audit') }));
  const uploads = add(createUploadsModule({ files, people, uploadLimitBytes: config.uploadLimitBytes }));
  const { apps } = add(await createAppsModule({ stores, files, uploads, people, samplesDir, logger, now }));
  const { tables } = add(createConversionModule({ files, uploads }));
  const { secrets } = add(await createSecretsModule({ stores, now }));
  add(createModelsModule({ apps, files: files.files }));

  // Machines, and how they are reached.
  const activity = createActivity();
  const tls = { key: hub.privateKeyPem, cert: hub.certificatePem };
  const mqtt = add(await createMqttModule({ tls, people, activity, addresses, ...room('mqtt') }));
  const { broker } = mqtt;
  const nodes = add(await createNodesModule({ stores, mqtt, ...room('nodes') }));
  const { transport, sendDirect } = add(
    await createTransportModule({ config, stores, broker, nodes, ...room('amqp') }),
  );
  const { pairing } = add(
    await createPairingModule({ stores, nodes: nodes.nodes, transport, addresses, agentDir, logger, now }),
  );
  const records = add(await createJobRecordsModule({ stores, logger, now }));

  // Doors: they serve what every module of this list offers.
  add(createFactsModule({ config, hub, addresses, lan, access, unhandledRejections, startedAt, now }));
  const http = add(
    createHttpModule({
      ...{ people: peopleModule, audit, isJoined: nodes.isJoined, broker, lan },
      ...{ tls, activity, uiDir, logger },
    }),
  );
  add(createDoorsModule({ config, addresses, http, broker, lan, logger }));

  // What goes on by itself once the doors are open.
  await opened;
  const { sensors } = add(await createSensorsModule({ stores, series, mqtt, addresses, logger, now }));
  add(createChartsModule({ series, sensors }));
  const discovery = add(createDiscoveryModule({ config, hub, addresses, ...room('discovery') }));
  const resolve = (ref: string) => resolveNode(nodes.nodes, discovery.seen(), ref);
  const jobsModule = add(
    await createJobsModule({
      ...{
        stores,
        records,
        fastPaths,
        files,
        uploads,
        apps,
        tables,
        secrets,
        people,
        broker,
        nodes,
        transport,
      },
      ...{ resolveNode: resolve, ...room('jobs') },
    }),
  );
  const { jobs } = jobsModule;
  const { checks } = add(createChecksModule({ files, apps, tables, nodes, jobs, send: sendDirect, now }));
  add(
    createNodeApiModule({
      ...{ nodes, discovery, jobs: jobsModule, checks, pairing, people, series },
      ...{ transport, sendDirect, broker, ...room('nodes') },
    }),
  );
  add(await createNotesModule({ stores, nodes, resolveNode: resolve, broker, ...room('notes') }));
  add(createResultsModule({ stores, jobs: jobs.api, files: files.files, apps, ...room('results') }));
  add(createLiveModule());
  add(createFileGcModule({ files, apps, jobs: jobs.repository, logger }));
  add(discovery.announcement);
  return add(createEntranceModule({ stores, addresses, access, logger }));
}

export function createHub(config: HubConfig, surroundings: HubSurroundings): Hub {
  const { logger } = surroundings;
  const runner = createModuleRunner({ logger, make: (add) => makeModules(config, surroundings, add) });
  return {
    start: async ({ uiLink = false } = {}) => (await runner.start()).ready({ uiLink }),
    stop: runner.stop,
  };
}
