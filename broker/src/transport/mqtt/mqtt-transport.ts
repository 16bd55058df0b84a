import type { MqttBroker } from '../../mqtt/broker.js';
import type { JobTransport } from '../job-transport.js';

/** Embedded route: the hub's own MQTT broker, QoS 1. Reports come in with all else that machines say. */
export function createMqttTransport(broker: Pick<MqttBroker, 'publish'>): JobTransport {
  return {
    name: 'mqtt',
    send: (nodeId, order) => broker.publish('nodes/{nodeId}/orders', { nodeId }, order),
    accessFor: async () => null,
    retire: async () => undefined,
    openSince: () => 0,
    state: () => null,
    unreadableMessages: async () => null,
    start: () => undefined,
    stop: async () => undefined,
  };
}
