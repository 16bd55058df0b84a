import { assertNever, type AmqpAccess, type Order, type StatusMessage } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { AmqpRoute } from './amqp/route.js';
import type { Holdings } from './cache/holdings.js';
import type { HubFiles } from './hub/files.js';
import type { Outbox } from './hub/outbox.js';
import type { HubSession } from './hub/session.js';
import type { Checks } from './checks/checks.js';
import type { Attempts } from './jobs/attempts.js';
import type { Welcome } from './join/enter.js';
import type { HubPinStore } from './join/hub-pin.js';
import type { Identity } from './join/identity.js';
import type { Measuring } from './measuring/measuring.js';

/** How long a machine that was removed keeps away before it asks again. */
const afterRemovalMs = 30_000;

export interface ConversationOptions {
  instanceId: string;
  identity: Identity;
  pins: HubPinStore;
  outbox: Outbox;
  amqp: AmqpRoute;
  files: HubFiles;
  attempts: Attempts;
  checks: Checks;
  holdings: Holdings;
  measuring: Measuring;
  logger: Logger;
  onJoined: (event: { nodeId: string; hubId: string; hubName: string }) => void;
  /** Leave the hub, for this long. */
  leave: (waitMs: number) => void;
}

/** What is said to the hub and done at its word, from the first status to the farewell. */
export interface Conversation {
  session: () => HubSession | undefined;
  begin: (session: HubSession, welcome: Welcome) => void;
  end: () => void;
  farewell: () => Promise<void>;
}

export function createConversation(options: ConversationOptions): Conversation {
  const { instanceId, pins, outbox, amqp, attempts, checks, measuring, logger } = options;
  let session: HubSession | undefined;
  let joined = false;
  let told = '';

  const status = (state: StatusMessage['state'], reason: StatusMessage['reason']) =>
    outbox.status({ state, reason, instanceId, ts: Date.now() });

  /** Says a thing to people once, not at every reconnection. */
  function once(key: string, say: () => void): void {
    if (told === key) return;
    told = key;
    say();
  }

  async function join(welcome: Welcome, access: AmqpAccess | null): Promise<void> {
    const first = !joined;
    joined = true;
    const { nodeId, hubId, hubName } = welcome.response;
    if (first) {
      once(`joined ${hubId}`, () => options.onJoined({ nodeId, hubId, hubName }));
      options.files.connected(welcome);
    }
    amqp.use(access, { hubId, hubHost: welcome.address.host, obey: (order) => obey(order, welcome) });
    await outbox.report({
      type: 'holding',
      instanceId,
      attempts: attempts.held().slice(0, 1000),
      ts: Date.now(),
    });
    await attempts.retell();
    if (!first) return;
    options.holdings.begin();
    measuring.begin();
  }

  async function removed(reason: string): Promise<void> {
    logger.warn({ reason }, 'the hub removed this machine');
    joined = false;
    told = '';
    amqp.leave();
    const pin = pins.current();
    if (pin !== undefined) await pins.save({ ...pin, joined: false });
    options.leave(afterRemovalMs);
  }

  const complain = (error: unknown) => logger.error({ error }, 'an order could not be followed');

  /** Resolves once the order is safe with this machine; what it leads to may take days. */
  async function obey(order: Order, welcome: Welcome): Promise<void> {
    logger.debug({ order: order.type }, 'order');
    switch (order.type) {
      case 'approved':
        return join(welcome, order.amqp ?? null);
      case 'removed':
        return removed(order.reason);
      case 'run':
        return attempts.run(order);
      case 'check':
        return checks.take(order);
      case 'cancel':
        return attempts.cancel(order.attemptId);
      case 'forget':
        amqp.forget(order.attemptId);
        return attempts.forget(order.attemptId);
      case 'benchmark':
        return measuring.benchmark();
      case 'refresh-inventory':
        return measuring.refreshInventory();
      default:
        return assertNever(order);
    }
  }

  async function introduce(welcome: Welcome): Promise<void> {
    await status('online', 'started');
    measuring.introduce();
    await join(welcome, welcome.response.amqp);
  }

  return {
    session: () => session,
    begin(next, welcome) {
      session = next;
      joined = false;
      next.onOrder((order) => void obey(order, welcome).catch(complain));
      introduce(welcome).catch((error: unknown) => logger.error({ error }, 'introduction failed'));
    },
    end() {
      session = undefined;
      measuring.pause();
      options.holdings.pause();
      options.files.disconnected();
    },
    async farewell() {
      if (session !== undefined) await status('offline', 'stopped');
    },
  };
}
