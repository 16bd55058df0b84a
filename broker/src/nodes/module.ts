import { idFromFingerprint, topicPrefix } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { createEvents, type EventSource } from '../events.js';
import type { HubModule } from '../module.js';
import type { MqttModule } from '../mqtt/module.js';
import type { StoresModule } from '../stores/module.js';
import { nodeDocumentSchema } from './node-document.js';
import type { NodeEvents } from './node-events.js';
import { createNodeRegistry, type NodeRegistry } from './registry.js';

export interface NodesModule extends HubModule {
  nodes: NodeRegistry;
  events: EventSource<NodeEvents>;
  isJoined(fingerprint: string): boolean;
}

/** The machines this hub has met: membership and presence. How people handle them is `createNodeApiModule`'s. */
export async function createNodesModule(options: {
  stores: StoresModule;
  mqtt: Pick<MqttModule, 'broker' | 'events'>;
  now: () => number;
  logger: Logger;
}): Promise<NodesModule> {
  const { stores, mqtt, now, logger } = options;
  const events = createEvents<NodeEvents>({ logger });
  const collection = await stores.collection({ name: 'nodes', schema: nodeDocumentSchema });
  const nodes = await createNodeRegistry({ collection, logger, now, announce: events.emit });
  const disposers = [
    events.on('removed', (nodeId) =>
      mqtt.broker.forgetRetained(topicPrefix('nodes/{nodeId}/status', { nodeId })),
    ),
    mqtt.events.on('connected', (who) => {
      if (who.kind === 'node') nodes.connected(who.nodeId, who.instanceId, who.address);
    }),
    mqtt.events.on('disconnected', (who) => {
      if (who.kind === 'node') nodes.disconnected(who.nodeId, who.instanceId);
    }),
  ];
  return {
    name: 'nodes',
    nodes,
    events,
    isJoined: (fingerprint) => nodes.membershipOf(idFromFingerprint(fingerprint)) === 'joined',
    mqttAccess: { membershipOf: nodes.membershipOf },
    start: () => nodes.start(),
    async stop() {
      for (const dispose of disposers) dispose();
      await nodes.stop();
    },
  };
}
