import type { NodeId, Order } from '@meshdeck/shared';
import type { JobTransport } from './job-transport.js';

/** Acks wait this long for company, in ms: no machine waits for one. */
const ackDelayMs = 100;

/**
 * Sends acks (the order `forget`) with the next order to the same machine, or together after `ackDelayMs`: each by itself
 * would wake both ends as a job does. A machine that is not told before the hub ends asks when it comes back.
 */
export function withAckBatching(transport: JobTransport): JobTransport {
  const waiting = new Map<NodeId, { orders: Order[]; timer: ReturnType<typeof setTimeout> }>();

  /** The acks that wait for this machine, in the order in which it was said. */
  function take(nodeId: NodeId): Order[] {
    const late = waiting.get(nodeId);
    clearTimeout(late?.timer);
    waiting.delete(nodeId);
    return late?.orders ?? [];
  }

  async function sendAll(nodeId: NodeId, orders: readonly Order[]): Promise<void> {
    await Promise.all(orders.map((order) => transport.send(nodeId, order)));
  }

  return {
    ...transport,
    async send(nodeId, order) {
      if (order.type !== 'forget') return sendAll(nodeId, [...take(nodeId), order]);
      const late = waiting.get(nodeId);
      if (late !== undefined) {
        late.orders.push(order);
        return;
      }
      // Nobody hears of it if it cannot be sent, and nothing hangs on it.
      const timer = setTimeout(() => void sendAll(nodeId, take(nodeId)).catch(() => undefined), ackDelayMs);
      waiting.set(nodeId, { orders: [order], timer });
    },
    async retire(nodeId) {
      take(nodeId);
      await transport.retire(nodeId);
    },
    async stop() {
      for (const nodeId of waiting.keys()) take(nodeId);
      await transport.stop();
    },
  };
}
