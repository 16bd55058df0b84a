import type { AmqpAccess, JobReport, NodeId, Order, ComponentState } from '@meshdeck/shared';

/** The way orders take to machines and reports take back. */
export interface JobTransport {
  name: 'mqtt' | 'rabbitmq';
  /** Resolves when the order is on its way, not when it has arrived; while the way is closed it waits there. */
  send(nodeId: NodeId, order: Order): Promise<void>;
  /** What a joined machine needs to go this way; null where its MQTT connection is all. */
  accessFor(nodeId: NodeId): Promise<AmqpAccess | null>;
  /** The machine was removed: nothing of it stays on the way. */
  retire(nodeId: NodeId): Promise<void>;
  /**
   * Since when orders reach this machine and its reports come in (Unix ms), or null while they wait: it is not to blame
   * for silence then.
   */
  openSince(nodeId: NodeId): number | null;
  /** For the hub's view; null where there is nothing beside the hub's own MQTT. */
  state(): ComponentState | null;
  /** Messages that nobody could read and that lie aside; null where the way keeps none or does not answer. */
  unreadableMessages(): Promise<number | null>;
  /** Reports are taken from now on. One is done with when `take` has resolved, and told again when it has not. */
  start(take: (nodeId: NodeId, report: JobReport) => Promise<void>): void;
  stop(): Promise<void>;
}
