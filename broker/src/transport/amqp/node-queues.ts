import type { NodeId } from '@meshdeck/shared';
import { type AmqpPlace, amqpProblem, createMutex } from '@meshdeck/shared/runtime';
import type { Logger } from 'pino';
import type { Channel, Connection } from 'rabbitmq-client';
import type { NodeUsers } from './node-users.js';
import { declareNode, declareShared } from './topology.js';

/** A declaration that is not answered by then is tried again. */
const declareLimitMs = 10_000;

/** What exists on RabbitMQ for the machines: the shared exchanges, each machine's queue, each machine's user. */
export interface NodeQueues {
  /** Resolves once the machine's queue stands on this connection. */
  ready(nodeId: NodeId): Promise<void>;
  /** The machine's queue was found missing: it is declared again when it is next asked for. */
  doubt(nodeId: NodeId): void;
  /** Makes the machine's user known, where machines have their own; a failure is tried again by `tend`. */
  admit(nodeId: NodeId): Promise<void>;
  /** A new connection: nothing is known to stand any more. */
  reset(): void;
  /** Declares what is missing for these, one after another. */
  tend(nodeIds: readonly NodeId[]): Promise<void>;
  forget(nodeId: NodeId): Promise<void>;
  /** Sentences for people, the shared ones first. */
  problems(): string[];
}

export function createNodeQueues(options: {
  connection: Connection;
  place: AmqpPlace;
  users: NodeUsers | null;
  changed: () => void;
  logger: Logger;
}): NodeQueues {
  const { connection, place, users, logger } = options;
  const standing = new Map<NodeId, Promise<void>>();
  const admitted = new Set<NodeId>();
  const problems = new Map<string, string>();
  let shared: Promise<void> | null = null;
  let epoch = 0;
  // One at a time: a refused declaration closes the channel under all that wait on it.
  let inTurn = createMutex();

  /** On a channel of its own, which is given up with it where no answer comes. */
  async function limited(work: (channel: Channel) => Promise<void>): Promise<void> {
    let limit: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      limit = setTimeout(
        () => reject(Object.assign(new Error('no answer'), { code: 'TIMEOUT' })),
        declareLimitMs,
      );
    });
    const acquired = connection.acquire();
    try {
      await Promise.race([acquired.then(work), late]);
    } finally {
      clearTimeout(limit);
      acquired.then((channel) => channel.close()).catch(() => undefined);
    }
  }

  function note(key: string, problem: string | null): void {
    if (problem === (problems.get(key) ?? null)) return;
    if (problem === null) problems.delete(key);
    else {
      problems.set(key, problem);
      logger.warn({ problem }, 'rabbitmq');
    }
    options.changed();
  }

  /** `work`, remembered until it fails or the connection changes. */
  function once(key: string, forgetIt: () => void, work: (channel: Channel) => Promise<void>): Promise<void> {
    const startedIn = epoch;
    const done = inTurn(() => limited(work));
    done.then(
      () => note(key, null),
      (error: unknown) => {
        if (startedIn !== epoch) return;
        forgetIt();
        note(key, amqpProblem(error, place));
      },
    );
    return done;
  }

  function readyShared(): Promise<void> {
    shared ??= once('', () => (shared = null), declareShared);
    return shared;
  }

  function ready(nodeId: NodeId): Promise<void> {
    const known = standing.get(nodeId);
    if (known !== undefined) return known;
    const declared = readyShared().then(() =>
      once(
        nodeId,
        () => standing.delete(nodeId),
        (channel) => declareNode(channel, nodeId),
      ),
    );
    standing.set(nodeId, declared);
    declared.catch(() => {
      if (standing.get(nodeId) === declared) standing.delete(nodeId);
    });
    return declared;
  }

  async function admit(nodeId: NodeId): Promise<void> {
    if (users === null || admitted.has(nodeId)) return;
    const startedIn = epoch;
    try {
      await users.ensure(nodeId);
      if (startedIn === epoch) admitted.add(nodeId);
      note('users', null);
    } catch (error) {
      note('users', error instanceof Error ? error.message : String(error));
    }
  }

  return {
    ready,
    doubt: (nodeId) => standing.delete(nodeId),
    admit,
    reset() {
      epoch += 1;
      inTurn = createMutex();
      shared = null;
      standing.clear();
      admitted.clear();
    },
    async tend(nodeIds) {
      await readyShared().catch(() => undefined);
      for (const nodeId of nodeIds) {
        await ready(nodeId).catch(() => undefined);
        await admit(nodeId);
      }
    },
    async forget(nodeId) {
      standing.delete(nodeId);
      admitted.delete(nodeId);
      note(nodeId, null);
      await users?.remove(nodeId);
    },
    problems: () => [...problems].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, problem]) => problem),
  };
}
