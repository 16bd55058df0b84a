import { meshdeckVersion, type ComponentState, type NodeId } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { HubConfig } from '../config/index.js';
import { createEvents, type EventSource } from '../events.js';
import type { HubAddresses } from '../hub-addresses.js';
import { announcedOn } from '../listening-addresses.js';
import type { HubModule } from '../module.js';
import { createHubDiscovery, type SeenNode } from './hub-discovery.js';

type DiscoveryEvents = { seen: [nodeId: NodeId]; gone: [nodeId: NodeId] };

export interface DiscoveryModule extends HubModule {
  /** Agents in sight on the network. */
  seen: () => SeenNode[];
  events: EventSource<DiscoveryEvents>;
  /** Begins the announcing and the looking: last in the list, when everything that machines ask for answers. */
  announcement: HubModule;
}

/** mDNS: announces the hub, knows the agents in sight. */
export function createDiscoveryModule(options: {
  config: HubConfig;
  hub: { id: string; fingerprint: string; name: string };
  addresses: HubAddresses;
  now: () => number;
  logger: Logger;
}): DiscoveryModule {
  const { config, hub, now, logger } = options;
  const { ports } = options.addresses;
  const events = createEvents<DiscoveryEvents>({ logger });
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
    seenChanged: (nodeId) => events.emit('seen', nodeId),
    seenGone: (nodeId) => events.emit('gone', nodeId),
    now,
    logger,
  });
  let isStarted = false;

  function state(): Pick<ComponentState, 'state' | 'message'> {
    if (!config.mdns) return { state: 'stopped', message: 'Turned off by --no-mdns.' };
    const interfaces = discovery.interfaces().map(({ name, address }) => `${name} ${address}`);
    if (interfaces.length > 0) return { state: 'running', message: `On ${interfaces.join(', ')}` };
    return {
      state: 'degraded',
      message: 'No network interface to announce on. Machines need the hub address or a join token.',
    };
  }

  return {
    name: 'discovery',
    seen: discovery.seen,
    events,
    health: () => [{ name: 'Discovery (mDNS)', ...state() }],
    announcement: {
      name: 'announcement',
      start() {
        if (!config.mdns) return;
        isStarted = true;
        discovery.start();
      },
      async stop() {
        if (isStarted) await discovery.stop();
      },
    },
  };
}
