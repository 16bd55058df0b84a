import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { meshdeckVersion, refuseUnknownInterface, topicPrefix, type HubReady } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { nodeUserDocumentSchema, openRabbitTransport } from './transport/amqp/index.js';
import { appRecordSchema } from './apps/app-record.js';
import { createAppRepository } from './apps/app-repository.js';
import { createSamples } from './apps/samples.js';
import { openAuditLog } from './audit/index.js';
import { createChecks } from './checks/index.js';
import { isNamed, type HubConfig } from './config/index.js';
import { createHubDiscovery } from './discovery/hub-discovery.js';
import { createActivity } from './fairness/activity.js';
import { createFileOwners, fileOwnerSchema } from './files/file-owners.js';
import { createFileStore } from './files/index.js';
import { scheduleFileGc } from './files/gc.js';
import { createAgentApi, createPeopleApi, type PeopleServices } from './http/index.js';
import { hubFacts } from './hub-facts.js';
import { loadHubIdentity } from './identity/hub-identity.js';
import { createAgentPackage } from './enrollment/agent-package.js';
import { createWrongTokenLimit } from './rate-limits/wrong-token-limit.js';
import { createHttpsListener } from './lan/index.js';
import { openJobRecords } from './jobs/store/job-records.js';
import { createJobParts } from './jobs/module.js';
import { withAckBatching } from './transport/ack-batching.js';
import { createMqttTransport } from './transport/mqtt/mqtt-transport.js';
import { snapshotOf } from './jobs/dispatch/machine-snapshots.js';
import { announcedOn, hubAddresses, lanAddress, refuseDeafInterface } from './listening-addresses.js';
import { createLiveUpdates } from './live.js';
import { createMqttBroker } from './mqtt/broker.js';
import { createDispatch } from './mqtt/dispatch.js';
import { personPrincipal } from './mqtt/principal.js';
import { nodeDocumentSchema } from './nodes/node-document.js';
import { createNodeMessages } from './nodes/node-messages.js';
import { createNodeServices } from './nodes/node-services.js';
import { createReportRetry } from './nodes/report-retry.js';
import { createNodeRegistry } from './nodes/registry.js';
import { createJoinTokens, joinTokenDocumentSchema } from './pairing/join-tokens.js';
import { createPairing } from './pairing/pairing.js';
import { listenHttp, listenOn } from './ports.js';
import { createModelReader, createModelApi } from './models/index.js';
import { createResultReader, createResultApi, createSummaryStore } from './results/index.js';
import { createSensorRegistry, sensorDocumentSchema } from './sensors/sensor-registry.js';
import { createSeriesStore } from './series/index.js';
import { createSpeedApi, speedDocumentSchema } from './speeds/index.js';
import { openDataFolder } from './stores/data-folder.js';
import { openCollection, type Identified } from './stores/documents.js';
import { createStoreHealth } from './stores/store-health.js';
import { writeHubAddress } from './users/hub-address.js';
import {
  accountDocumentSchema,
  codeDocumentSchema,
  createLocalAccess,
  createPeople,
  identityProvidersOf,
  keyDocumentSchema,
  knownBrowserSchema,
  localPersonId,
  permissions,
  settingsDocumentSchema,
} from './users/index.js';
import { revokeEndedSessions } from './users/session-revocation.js';
import { bandwidthDocumentSchema } from './cache-locality/index.js';

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

/** The one composition root: news every part and hands each what it needs. */
export function createHub(config: HubConfig, surroundings: HubSurroundings): Hub {
  const { logger, now = Date.now } = surroundings;
  const disposers: (() => Promise<void> | void)[] = [];
  let starting: Promise<HubReady> | null = null;
  let stopping: Promise<void> | null = null;
  const onStop = (dispose: () => Promise<void> | void) => disposers.push(dispose);

  async function open(uiLink: boolean): Promise<HubReady> {
    const startedAt = now();
    // Falling back to every interface would open more than was asked for.
    if (config.interface !== undefined) refuseUnknownInterface(networkInterfaces(), config.interface);
    refuseDeafInterface(config);
    const folder = await openDataFolder(config.dataDir);
    onStop(folder.release);
    const identity = await loadHubIdentity(folder.path, new Date(now()));
    const hub = { ...identity, name: config.name ?? hostname() };
    const storeHealth = createStoreHealth(folder.path);
    const collection = <T extends Identified>(
      options: Omit<Parameters<typeof openCollection<T>>[0], 'dir' | 'logger' | 'health'>,
    ) => openCollection<T>({ dir: folder.documents, logger, health: storeHealth, ...options });

    const files = await createFileStore({ dir: folder.files, logger, now });
    onStop(files.stop);
    const series = await createSeriesStore({
      dataDir: folder.series,
      logger: logger.child({ component: 'series' }),
      retentionDays: config.retentionDays,
    });
    onStop(() => series.stop());
    const access = await createLocalAccess({ dataDir: folder.path, hubId: hub.id, logger, now });
    onStop(() => access.stop());
    const fileOwners = await createFileOwners({
      collection: await collection({ name: 'file-claims', schema: fileOwnerSchema }),
      now,
    });
    const people = await createPeople({
      local: access,
      storedBytes: fileOwners.bytesOf,
      collections: {
        accounts: await collection({ name: 'accounts', schema: accountDocumentSchema }),
        keys: await collection({ name: 'api-keys', schema: keyDocumentSchema }),
        codes: await collection({ name: 'one-time-codes', schema: codeDocumentSchema }),
        settings: await collection({ name: 'settings', schema: settingsDocumentSchema }),
        knownBrowsers: await collection({ name: 'known-browsers', schema: knownBrowserSchema }),
      },
      providers: await identityProvidersOf(config, logger.child({ component: 'people' })),
      fixedRegistration: isNamed(config, 'registration') ? config.registration : null,
      now,
      logger: logger.child({ component: 'people' }),
    });
    onStop(() => people.stop());
    const audit = await openAuditLog({
      dir: folder.audit,
      now,
      logger: logger.child({ component: 'audit' }),
    });
    onStop(() => audit.stop());
    const apps = await createAppRepository({
      dir: folder.unpacking,
      files,
      documents: await collection({ name: 'apps', schema: appRecordSchema }),
      isOfLab: (personId) =>
        personId === localPersonId ||
        permissions['apps.push'][people.accounts.get(personId)?.role ?? 'user'] === 'all',
      logger,
      now,
    });
    const samples = createSamples({ dir: surroundings.samplesDir, repository: apps, files, logger });

    const lanDoor = config.https
      ? await createHttpsListener({
          config,
          dataDir: folder.path,
          identity,
          now,
          logger: logger.child({ component: 'people' }),
        })
      : null;
    onStop(() => lanDoor?.stop());

    const ports = { http: 0, tls: 0, mqtt: 0, sensors: 0 };
    const activity = createActivity();
    const facts = hubFacts({
      config,
      hub,
      ports,
      startedAt,
      now,
      series: () => series.state,
      mdnsInterfaces: () => discovery.interfaces().map(({ name, address }) => `${name} ${address}`),
      jobRouting: () => transport.state(),
      documents: storeHealth.state,
      unhandledRejections: surroundings.unhandledRejections ?? (() => 0),
      droppedReports: () => jobs.services.dropped(),
      sensorUnit: (sensorId, key) => sensors.unitOf(sensorId, key),
      lan: () => lanDoor,
    });

    const live = createLiveUpdates({
      broker: () => broker,
      nodeViews: (ids) => nodeServices.list().filter(({ id }) => ids.has(id)),
      jobSummaries: (ids) => jobs.summaries(ids),
      ownerOfJob: (jobId) => jobs.book.ownerOf(jobId),
      sensorViews: (ids) => sensors.list().filter(({ id }) => ids.has(id)),
      logger,
    });
    const nodes = await createNodeRegistry({
      collection: await collection({ name: 'nodes', schema: nodeDocumentSchema }),
      logger: logger.child({ component: 'nodes' }),
      now,
      events: {
        changed: (nodeId) => {
          live.nodes.changed(nodeId);
          jobs.wake();
        },
        removed: (nodeId) => {
          live.nodes.removed(nodeId);
          broker.forgetRetained(topicPrefix('nodes/{nodeId}/status', { nodeId }));
          jobs.nodeRemoved(nodeId);
          void transport.retire(nodeId);
        },
        becameActive: () => jobs.wake(),
        becameLost: (nodeId, reason) => {
          checks.nodeLost(nodeId);
          jobs.nodeLost(nodeId, reason).catch((error: unknown) => {
            logger.error({ node: nodeId, error: String(error) }, 'lost machine not handled');
          });
        },
      },
    });
    const joinTokens = await createJoinTokens({
      collection: await collection({ name: 'join-tokens', schema: joinTokenDocumentSchema }),
      hubFingerprint: hub.fingerprint,
      addresses: () => hubAddresses(config, ports.tls),
      now,
    });
    const pairing = createPairing({
      nodes,
      joinTokens,
      hub,
      mqttPort: () => ports.mqtt,
      accessFor: (nodeId) => transport.accessFor(nodeId),
      now,
      logger: logger.child({ component: 'pairing' }),
    });
    onStop(() => pairing.stop());
    const cutSensor = (sensorId: string) =>
      broker.disconnect((who) => who.kind === 'sensor' && who.sensorId === sensorId);
    const sensors = await createSensorRegistry({
      collection: await collection({ name: 'sensors', schema: sensorDocumentSchema }),
      series,
      brokerUrl: () => facts.view().sensors,
      changed: (sensorId) => live.sensors.changed(sensorId),
      removed: (sensorId) => {
        live.sensors.removed(sensorId);
        cutSensor(sensorId);
        broker.forgetRetained(topicPrefix('sensors/{sensorId}/readings', { sensorId }));
      },
      credentialChanged: (sensorId) => cutSensor(sensorId),
      now,
    });

    const tls = {
      key: identity.privateKeyPem,
      cert: identity.certificatePem,
    };
    const broker = await createMqttBroker({
      logger: logger.child({ component: 'mqtt' }),
      tls,
      activity,
      membershipOf: nodes.membershipOf,
      ownerOfJob: (jobId) => jobs.book.ownerOf(jobId),
      authenticateNode: pairing.admit,
      authenticateSensor: async (sensorId, password) => sensors.authenticate(sensorId, password),
      onConnect: (who) => {
        if (who.kind === 'node') nodes.connected(who.nodeId, who.instanceId, who.address);
        else if (who.kind === 'sensor') sensors.connected(who.sensorId);
      },
      onDisconnect: (who) => {
        if (who.kind === 'node') nodes.disconnected(who.nodeId, who.instanceId);
        else if (who.kind === 'sensor') sensors.disconnected(who.sensorId);
      },
      onMessage: (topic, payload) => takeMessage(topic, payload),
    });
    onStop(() => broker.stop());
    onStop(revokeEndedSessions({ people, broker }));
    const mqttTransport = createMqttTransport(broker);
    const { amqp, amqpManagement } = config;
    const route =
      amqp === undefined
        ? mqttTransport
        : await openRabbitTransport({
            amqp,
            amqpManagement,
            userCollection: () => collection({ name: 'amqp-users', schema: nodeUserDocumentSchema }),
            hubId: hub.id,
            mqtt: mqttTransport,
            joinedNodes: () =>
              nodes
                .states()
                .flatMap(({ document }) => (document.membership === 'joined' ? [document.id] : [])),
            addressOf: (nodeId) => nodes.state(nodeId)?.document.address ?? undefined,
            now,
            logger: logger.child({ component: 'amqp' }),
          });
    const transport = withAckBatching(route);
    onStop(() => transport.stop());
    const { jobStore, decisions } = await openJobRecords({ dir: folder.documents, logger });
    onStop(() => jobStore.stop());
    onStop(() => decisions.stop());
    const jobs = await createJobParts({
      store: jobStore,
      decisions,
      speeds: await collection({ name: 'speeds', schema: speedDocumentSchema }),
      transfers: await collection({ name: 'transfers', schema: bandwidthDocumentSchema }),
      hub,
      dir: folder.jobs,
      files,
      apps,
      broker: () => broker,
      transport,
      nodeStates: nodes.states,
      nodeState: nodes.state,
      resolveNode: (ref) => nodeServices.get(ref).id,
      changed: (jobId) => live.jobs.changed(jobId),
      removed: (jobId, owner) => live.jobs.removed(jobId, owner),
      loadChanged: (nodeId) => live.nodes.changed(nodeId),
      limitsOf: people.limitsOf,
      hasBrought: fileOwners.has,
      now,
      logger: logger.child({ component: 'jobs' }),
    });
    const checks = createChecks({
      files,
      apps,
      hasBrought: fileOwners.has,
      machines: (app) =>
        snapshotOf(nodes.states(), jobs.book.loads(), now()).map((snapshot) => ({
          snapshot,
          held: jobs.heldOf(snapshot.id, app.bundle.sha256),
        })),
      send: mqttTransport.send,
      now,
    });
    const reports = createReportRetry({
      take: jobs.takeReport,
      logger: logger.child({ component: 'nodes' }),
    });
    onStop(reports.stop);
    const nodeMessages = createNodeMessages({
      nodes,
      series,
      takeReport: reports.take,
      takeCheck: checks.take,
      takeLog: jobs.takeLog,
      takeHoldings: jobs.takeHoldings,
      now,
      logger: logger.child({ component: 'nodes' }),
    });
    const takeMessage = createDispatch({ ...nodeMessages, ...sensors.handlers }, now);
    const discovery = createHubDiscovery({
      insist: announcedOn(config),
      txt: () => ({
        id: hub.id,
        fp: hub.fingerprint,
        v: meshdeckVersion,
        name: hub.name,
        tls: ports.tls,
        mqtt: ports.mqtt,
      }),
      seenChanged: (nodeId) => live.nodes.changed(nodeId),
      seenGone: (nodeId) => {
        if (nodes.state(nodeId) === undefined) live.nodes.removed(nodeId);
      },
      now,
      logger: logger.child({ component: 'discovery' }),
    });
    const nodeServices = createNodeServices({
      nodes,
      seen: discovery.seen,
      loads: () => jobs.book.loads(),
      pairing,
      transport: () => transport,
      disconnect: (nodeId) => broker.disconnect((who) => who.kind === 'node' && who.nodeId === nodeId),
      now,
    });

    const reader = createResultReader({ logger: logger.child({ component: 'results' }) });
    onStop(() => reader.stop());
    const results = createResultApi({
      jobs: jobs.services,
      files,
      manifestOf: ({ app, owner }) =>
        apps.resolveContent(app.name, app.bundle.sha256, { ref: app.ref, personId: owner }).then(
          ({ manifest }) => manifest,
          () => null,
        ),
      reader,
      store: createSummaryStore({ dir: folder.jobs, logger: logger.child({ component: 'results' }) }),
    });

    const modelReader = createModelReader();
    onStop(() => modelReader.stop());

    const services: PeopleServices = {
      nodes: nodeServices,
      joinTokens,
      jobs: jobs.services,
      checks,
      deadLetters: jobs.deadLetters,
      results,
      files,
      apps,
      models: createModelApi({ apps, files, reader: modelReader }),
      speeds: createSpeedApi({
        speeds: jobs.speeds,
        apps: () => apps.list(),
        nodeName: (nodeId) => nodes.state(nodeId)?.document.name ?? null,
      }),
      samples,
      sensors,
      series,
      access,
      people,
      audit,
      fileOwners,
      hubView: facts.view,
      health: facts.health,
      unitOf: facts.unitOf,
      readingsTotal: sensors.readingsTotal,
    };

    const peopleApi = await createPeopleApi({
      services,
      uiDir: surroundings.uiDir,
      uploadLimitBytes: config.uploadLimitBytes,
      handleMqttSocket: (stream, person) => broker.handlePerson(stream, personPrincipal(person)),
      logger: logger.child({ component: 'http' }),
      activity,
      lan: lanDoor ?? undefined,
    });
    onStop(() => peopleApi.close());
    const agents = await createAgentApi({
      services: { pairing, files },
      readable: jobs.files,
      tls,
      uploadLimitBytes: config.uploadLimitBytes,
      joining: {
        package: createAgentPackage({ dir: surroundings.agentDir, cacheDir: join(folder.path, 'downloads') }),
        tokens: joinTokens,
        hub,
        noteFailure: createWrongTokenLimit(logger.child({ component: 'joining' })),
      },
      logger: logger.child({ component: 'agents' }),
    });
    onStop(() => agents.close());

    const lan = lanAddress(config);
    const listenFor = (
      what: string,
      setting: string,
      key: 'port' | 'tlsPort' | 'mqttPort' | 'sensorPort' | 'httpsPort',
      listen: (port: number) => Promise<number>,
    ) => listenOn({ what, setting, port: config[key], named: isNamed(config, key), listen, logger });
    ports.http = await listenFor('HTTP', '--port', 'port', (port) =>
      listenHttp(peopleApi, port, config.host),
    );
    ports.tls = await listenFor('HTTPS for machines', '--tls-port', 'tlsPort', (port) =>
      listenHttp(agents, port, lan),
    );
    ports.mqtt = await listenFor('MQTT for machines', '--mqtt-port', 'mqttPort', (port) =>
      broker.listenAgents(port, lan),
    );
    ports.sensors = await listenFor('MQTT for sensors', '--sensor-port', 'sensorPort', (port) =>
      broker.listenSensors(port, lan),
    );

    if (lanDoor !== null) {
      await listenFor('HTTPS for people', '--https-port', 'httpsPort', (port) => lanDoor.listen(port, lan));
    }

    nodes.start();
    onStop(() => nodes.stop());
    await jobs.start();
    onStop(() => jobs.stop());
    transport.start(jobs.takeReport);
    live.start();
    onStop(() => live.stop());
    onStop(
      scheduleFileGc({
        files,
        onCollected: () => fileOwners.prune(files.has),
        referenced: async () => new Set([...(await apps.bundles()), ...(await jobs.book.files())]),
        logger,
      }),
    );
    if (config.mdns) {
      discovery.start();
      onStop(() => discovery.stop());
    }
    onStop(await writeHubAddress(folder.path, facts.urls().url));
    logger.info({ ...facts.urls(), id: hub.id }, 'hub serves');
    return {
      event: 'ready',
      ...facts.urls(),
      fingerprint: hub.fingerprint,
      ...(uiLink && { uiLink: `${facts.urls().url}/login?link=${access.createLink()}` }),
    };
  }

  async function close(): Promise<void> {
    for (const dispose of disposers.splice(0).reverse()) {
      await Promise.resolve(dispose()).catch((error: unknown) => {
        logger.error({ error: String(error) }, 'a part did not stop cleanly');
      });
    }
  }

  return {
    start(options = {}) {
      starting ??= open(options.uiLink ?? false).catch(async (error: unknown) => {
        starting = null;
        await close();
        throw error;
      });
      return starting;
    },
    stop() {
      stopping ??= (starting ?? Promise.resolve()).then(close, close);
      return stopping;
    },
  };
}
