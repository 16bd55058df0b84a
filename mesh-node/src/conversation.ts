import { assertNever, type Order, type StatusMessage } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { HubFiles } from './hub/files.js';
import type { Outbox } from './hub/outbox.js';
import type { HubSession } from './hub/session.js';
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
  files: HubFiles;
  attempts: Attempts;
  measuring: Measuring;
  logger: Logger;
  onWaiting: (event: { code: string; hubId: string; hubName: string }) => void;
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
  const { instanceId, pins, outbox, attempts, measuring, logger } = options;
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

  async function join(welcome: Welcome): Promise<void> {
    if (joined) return;
    joined = true;
    const pin = pins.current();
    if (pin !== undefined) await pins.save({ ...pin, joined: true });
    const { nodeId, hubId, hubName } = welcome.response;
    once(`joined ${hubId}`, () => options.onJoined({ nodeId, hubId, hubName }));
    options.files.connected(welcome);
    await outbox.report({
      type: 'holding',
      instanceId,
      attempts: attempts.held().slice(0, 1000),
      ts: Date.now(),
    });
    await attempts.retell();
    measuring.begin();
  }

  async function removed(reason: string): Promise<void> {
    logger.warn({ reason }, 'the hub removed this machine');
    joined = false;
    told = '';
    const pin = pins.current();
    if (pin !== undefined) await pins.save({ ...pin, joined: false });
    options.leave(afterRemovalMs);
  }

  const complain = (error: unknown) => logger.error({ error }, 'an order could not be followed');

  function obey(order: Order, welcome: Welcome): void {
    logger.debug({ order: order.type }, 'order');
    switch (order.type) {
      case 'approved':
        return void join(welcome).catch(complain);
      case 'removed':
        return void removed(order.reason).catch(complain);
      case 'run':
        if (joined || welcome.response.membership === 'joined') attempts.run(order);
        else logger.warn({ attemptId: order.attemptId }, 'run order before approval dropped');
        return;
      case 'cancel':
        return attempts.cancel(order.attemptId);
      case 'forget':
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
    const { membership, code, hubId, hubName } = welcome.response;
    if (membership === 'joined') await join(welcome);
    else once(`waiting ${hubId} ${code}`, () => options.onWaiting({ code, hubId, hubName }));
  }

  return {
    session: () => session,
    begin(next, welcome) {
      session = next;
      joined = false;
      next.onOrder((order) => obey(order, welcome));
      introduce(welcome).catch((error: unknown) => logger.error({ error }, 'introduction failed'));
    },
    end() {
      session = undefined;
      measuring.pause();
      options.files.disconnected();
    },
    async farewell() {
      if (session !== undefined) await status('offline', 'stopped');
    },
  };
}
