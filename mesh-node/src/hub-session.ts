import { setFlagsFromString } from 'node:v8';
import type { AmqpAccess, NodeId, Order, StatusMessage } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { AmqpRoute } from './amqp/route.js';
import type { CacheInventory } from './cache/cache-inventory.js';
import { createFollowOrder } from './hub/follow-order.js';
import type { HubFiles } from './hub/files.js';
import type { Outbox } from './hub/outbox.js';
import type { MqttSession } from './hub/mqtt-session.js';
import type { Checks } from './checks/checks.js';
import type { Attempts } from './jobs/attempts.js';
import type { Welcome } from './join/handshake.js';
import type { HubPinStore } from './join/hub-pin.js';
import type { Identity } from './join/identity.js';
import type { Telemetry } from './telemetry/telemetry.js';

/** How long a machine that was removed keeps away before it asks again. */
const afterRemovalMs = 30_000;

export interface HubSessionOptions {
  instanceId: string;
  identity: Identity;
  pins: HubPinStore;
  outbox: Outbox;
  amqp: AmqpRoute;
  files: HubFiles;
  attempts: Attempts;
  checks: Checks;
  cacheInventory: CacheInventory;
  telemetry: Telemetry;
  logger: Logger;
  onJoined: (event: { nodeId: NodeId; hubId: string; hubName: string }) => void;
  /** Leave the hub, for this long. */
  leave: (waitMs: number) => void;
}

/** What is said to the hub and done at its word, from the first status to the farewell. */
export interface HubSession {
  session: () => MqttSession | undefined;
  begin: (session: MqttSession, welcome: Welcome) => void;
  end: () => void;
  farewell: () => Promise<void>;
}

export function createHubSession(options: HubSessionOptions): HubSession {
  const { instanceId, pins, outbox, amqp, attempts, checks, telemetry, logger } = options;
  let session: MqttSession | undefined;
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
    amqp.use(access, { hubId, hubHost: welcome.address.host, obey: obeyFrom(welcome) });
    await outbox.report({
      type: 'holding',
      instanceId,
      attempts: attempts.held().slice(0, 1000),
      ts: Date.now(),
    });
    await attempts.retell();
    if (!first) return;
    options.cacheInventory.begin();
    telemetry.begin();
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

  /** Each order of this hub; resolves once it is safe with this machine. What it leads to may take days. */
  function obeyFrom(welcome: Welcome): (order: Order) => Promise<void> {
    const follow = createFollowOrder({
      approved: ({ amqp: access }) => join(welcome, access ?? null),
      removed: ({ reason }) => removed(reason),
      run(order) {
        // cli.ts keeps V8's space for new objects from growing while nothing is worked on; two is V8's own.
        setFlagsFromString('--semi-space-growth-factor=2');
        return attempts.run(order);
      },
      check: checks.take,
      cancel: ({ attemptId, keepFiles }) => attempts.cancel(attemptId, { keepFiles }),
      forget({ attemptId }) {
        amqp.forget(attemptId);
        return attempts.forget(attemptId);
      },
      benchmark: () => telemetry.benchmark(),
      'refresh-inventory': () => telemetry.refreshInventory(),
      pace: ({ heartbeatMs }) => telemetry.pace(heartbeatMs),
    });
    return (order) => {
      logger.debug({ order: order.type }, 'order');
      return follow(order);
    };
  }

  async function introduce(welcome: Welcome): Promise<void> {
    await status('online', 'started');
    telemetry.introduce();
    await join(welcome, welcome.response.amqp);
  }

  return {
    session: () => session,
    begin(next, welcome) {
      session = next;
      joined = false;
      const obey = obeyFrom(welcome);
      next.onOrder((order) => void obey(order).catch(complain));
      introduce(welcome).catch((error: unknown) => logger.error({ error }, 'introduction failed'));
    },
    end() {
      session = undefined;
      telemetry.pause();
      options.cacheInventory.pause();
      options.files.disconnected();
    },
    async farewell() {
      if (session !== undefined) await status('offline', 'stopped');
    },
  };
}
