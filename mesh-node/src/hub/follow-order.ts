import type { Order } from '@meshdeck/shared';

type OrderOf<T extends Order['type']> = Extract<Order, { type: T }>;

/** What is done at each order; resolves once the order is safe with this machine. */
export type OrderHandlers = {
  readonly [T in Order['type']]: (order: OrderOf<T>) => Promise<void> | void;
};

/** Brings each order to its handler. What the handler throws, at once or later, rejects. */
export function createFollowOrder(handlers: OrderHandlers): (order: Order) => Promise<void> {
  async function follow<T extends Order['type']>(type: T, order: OrderOf<T>): Promise<void> {
    await handlers[type](order);
  }
  return (order) => follow(order.type, order);
}
