import { topics, type Order } from '@meshdeck/shared';
import type { MqttBroker } from '../mqtt/broker.js';

/** The way orders take to a machine. Resolves when the order is on its way, not when it has arrived. */
export interface JobTransport {
  send(nodeId: string, order: Order): Promise<void>;
}

/** Embedded route: the hub's own MQTT broker, QoS 1. */
export function createMqttTransport(broker: MqttBroker): JobTransport {
  return { send: (nodeId, order) => broker.publish(topics.node(nodeId, 'orders'), order, { qos: 1 }) };
}
