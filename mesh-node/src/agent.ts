import { randomBytes } from 'node:crypto';
import type { JoinToken, MeshdeckError, NodeId } from '@meshdeck/shared';
import type { IdentityPem } from '@meshdeck/shared/runtime/identity';
import type { Logger } from 'pino';
import type { AgentConfig } from './agent-config.js';
import { createAmqpRoute } from './amqp/route.js';
import { createHubSession } from './hub-session.js';
import { createHubFiles } from './hub/files.js';
import { createConnectionSupervisor } from './hub/connection-supervisor.js';
import { createOutbox } from './hub/outbox.js';
import { createHubCandidates } from './join/hub-candidates.js';
import { createAgentDiscovery } from './join/discovery.js';
import { helloOf } from './join/hello.js';
import type { HandshakeOptions } from './join/handshake.js';
import { formatAddress, parseAddress } from './join/hub-address.js';
import { openHubPin } from './join/hub-pin.js';
import { loadIdentity } from './join/identity.js';
import type { Waiting } from './join/pair.js';
import { describeSearch } from './join/search-sentence.js';
import { createTelemetry } from './telemetry/telemetry.js';
import { createJobRuntime } from './jobs/job-runtime.js';
import { openDataFolder } from './storage/data-folder.js';

/** What happens to an agent that others should know of. */
export interface AgentEvents {
  onWaiting: (waiting: Waiting) => void;
  onJoined: (event: { nodeId: NodeId; hubId: string; hubName: string }) => void;
  /** No hub yet, a second after the start: a sentence that says where it is looked for, and how to help. */
  onSearching: (sentence: string) => void;
  /** Trouble a person should read; the agent goes on. */
  onNotice: (problem: MeshdeckError) => void;
  /** The hub turned this machine away for good; `stop` is next. */
  onRefused: (problem: MeshdeckError) => void;
}

export interface AgentOptions extends AgentEvents {
  /** Asks the person at this end whether the codes are the same; left out where there is nobody to ask. */
  confirm?: HandshakeOptions['confirm'];
  config: AgentConfig;
  logger: Logger;
  /** Makes the identity of a machine's first start. */
  makeIdentity: (commonName: string) => Promise<IdentityPem>;
  /** The ONNX runner's program, where it does not lie beside this one. */
  onnxRunnerPath?: string;
}

export interface Agent {
  nodeId: NodeId;
  /** Says goodbye, ends its jobs, and gives its data folder back. */
  stop: () => Promise<void>;
}

/** Silence for longer than a hub in sight takes to answer. */
const patienceMs = 1000;

const tokenAddresses = (token: JoinToken | undefined) => (token?.addresses ?? []).map(parseAddress);

/**
 * The agent's one composition root: opens its data folder, then looks for its hub and works for it until `stop`.
 * @throws MeshdeckError `data-dir-in-use`, `data-dir-unwritable`
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { config, logger } = options;
  const data = await openDataFolder(config.dataFolder);
  const instanceId = randomBytes(8).toString('hex');
  const identity = await loadIdentity({
    file: data.identityFile,
    create: () => options.makeIdentity(config.name),
  });
  const pins = await openHubPin(data.hubFile);

  const amqp = createAmqpRoute({
    nodeId: identity.nodeId,
    slots: config.slots,
    onNotice: options.onNotice,
    logger: logger.child({ component: 'amqp' }),
  });
  const outbox = createOutbox({
    session: () => hubSession.session(),
    reportElsewhere: amqp.report,
    logger,
  });
  const files = createHubFiles();
  // What an earlier run left may turn up before there is anyone to tell it.
  let tellLeftovers = (): void => undefined;
  const jobRuntime = await createJobRuntime({
    ...options,
    data,
    files,
    outbox,
    onChange: () => telemetry.jobsChanged(),
    onLeftovers: () => tellLeftovers(),
  });
  const telemetry = createTelemetry({
    config,
    data,
    outbox,
    attempts: jobRuntime.attempts,
    sandbox: jobRuntime.sandbox,
    models: jobRuntime.models,
    leftovers: jobRuntime.leftovers,
    logger,
  });
  tellLeftovers = telemetry.leftoversChanged;

  const hubCandidates = createHubCandidates({ flag: config.hub, token: tokenAddresses(config.token) });
  const supervisor = createConnectionSupervisor({
    handshakeOptions: {
      identity,
      pins,
      hubCandidates,
      token: config.token,
      hello: helloOf(config, instanceId),
      confirm: options.confirm,
      onWaiting(waiting) {
        clearTimeout(patience);
        options.onWaiting(waiting);
      },
    },
    instanceId,
    logger: logger.child({ component: 'connection' }),
    onSession(session, welcome) {
      clearTimeout(patience);
      hubSession.begin(session, welcome);
    },
    onSessionEnd: () => hubSession.end(),
    onNotice(problem) {
      // Found, and too many of them: where else they are looked for is no help.
      if (problem.code === 'several-hubs') clearTimeout(patience);
      options.onNotice(problem);
    },
    onRefused: options.onRefused,
  });
  const hubSession = createHubSession({
    instanceId,
    identity,
    pins,
    outbox,
    amqp,
    files,
    attempts: jobRuntime.attempts,
    checks: jobRuntime.checks,
    cacheInventory: jobRuntime.cacheInventory,
    telemetry,
    logger,
    onJoined(event) {
      options.onJoined(event);
      discovery?.announceAgain();
    },
    leave: (waitMs) => supervisor.drop(waitMs),
  });
  const discovery = config.mdns
    ? createAgentDiscovery({
        identity,
        name: config.name,
        insist: config.interface,
        hubId: () => (pins.current()?.joined === true ? (pins.current()?.hubId ?? '') : ''),
        onFound(announcement) {
          if (hubCandidates.heard(announcement)) supervisor.wake();
        },
        onGone: hubCandidates.gone,
        logger: logger.child({ component: 'mdns' }),
      })
    : undefined;

  await jobRuntime.restore();
  discovery?.start();
  supervisor.start();
  const patience = setTimeout(() => options.onSearching(searchSentence()), patienceMs);

  function searchSentence(): string {
    const pin = pins.current();
    const wantedFingerprint = config.token?.hubFingerprint ?? pin?.fingerprint;
    const known = pin?.fingerprint === wantedFingerprint ? pin : undefined;
    const candidates = hubCandidates.candidates({ wantedFingerprint, lastAddresses: known?.addresses ?? [] });
    const byFlagOnly = config.hub !== undefined && wantedFingerprint === undefined;
    return describeSearch({
      hubName: known?.hubName,
      addresses: candidates.map(({ address }) => formatAddress(address)),
      mdns: byFlagOnly ? undefined : discovery?.interfaces(),
    });
  }

  let stopping: Promise<void> | undefined;
  async function stop(): Promise<void> {
    clearTimeout(patience);
    await jobRuntime.stop();
    await telemetry.stop();
    await amqp.stop();
    await hubSession.farewell();
    await supervisor.stop();
    files.close();
    await discovery?.stop();
    await data.release();
  }
  return { nodeId: identity.nodeId, stop: () => (stopping ??= stop()) };
}
