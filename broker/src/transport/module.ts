import type { Logger } from 'pino';
import { nodeUserDocumentSchema, openRabbitTransport } from './amqp/index.js';
import type { HubConfig } from '../config/index.js';
import type { JobTransport } from './job-transport.js';
import { createMqttTransport } from './mqtt/mqtt-transport.js';
import type { HubModule } from '../module.js';
import type { MqttBroker } from '../mqtt/broker.js';
import type { NodeRegistry } from '../nodes/registry.js';
import type { NodesModule } from '../nodes/module.js';
import type { StoresModule } from '../stores/module.js';

export interface TransportModule extends HubModule {
  /** Orders and reports of jobs, by the route that is configured. */
  transport: JobTransport;
  /** The machine's own connection, whatever the route of jobs. */
  sendDirect: JobTransport['send'];
}

const joinedNodes = (nodes: NodeRegistry) =>
  nodes.states().flatMap(({ document }) => (document.membership === 'joined' ? [document.id] : []));

/** The way orders take to machines: the hub's own MQTT, or RabbitMQ. */
export async function createTransportModule(options: {
  config: HubConfig;
  stores: StoresModule;
  broker: MqttBroker;
  nodes: NodesModule;
  now: () => number;
  logger: Logger;
}): Promise<TransportModule> {
  const {
    config,
    stores,
    broker,
    nodes: { nodes, events },
    now,
    logger,
  } = options;
  const { amqp, amqpManagement } = config;
  const mqtt = createMqttTransport(broker);
  const transport =
    amqp === undefined
      ? mqtt
      : await openRabbitTransport({
          amqp,
          amqpManagement,
          userCollection: () => stores.collection({ name: 'amqp-users', schema: nodeUserDocumentSchema }),
          hubId: stores.hub.id,
          mqtt,
          joinedNodes: () => joinedNodes(nodes),
          addressOf: (nodeId) => nodes.state(nodeId)?.document.address ?? undefined,
          now,
          logger,
        });
  const dispose = events.on('removed', (nodeId) => transport.retire(nodeId));
  return {
    name: 'transport',
    transport,
    sendDirect: mqtt.send,
    health: () => {
      const state = transport.state();
      return state === null ? [] : [state];
    },
    async stop() {
      dispose();
      await transport.stop();
    },
  };
}
