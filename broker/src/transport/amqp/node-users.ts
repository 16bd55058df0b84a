import { randomBytes } from 'node:crypto';
import { amqpNames, nodeIdSchema, type NodeId } from '@meshdeck/shared';
import * as z from 'zod';
import type { Collection } from '../../stores/documents.js';
import type { AmqpManagement } from './management.js';

/** A machine's password on RabbitMQ, kept so that it still fits after a restart of the hub. */
export const nodeUserDocumentSchema = z.object({ id: nodeIdSchema, password: z.string().min(20) });
export type NodeUserDocument = z.infer<typeof nodeUserDocumentSchema>;

/** One RabbitMQ user per machine. */
export interface NodeUsers {
  /** The machine's name and password; on disk before they are given to anyone. */
  credentials(nodeId: NodeId): Promise<{ username: string; password: string }>;
  /** Makes sure that RabbitMQ knows them. Throws the sentence for people. */
  ensure(nodeId: NodeId): Promise<void>;
  remove(nodeId: NodeId): Promise<void>;
}

export function createNodeUsers(options: {
  collection: Collection<NodeUserDocument>;
  management: AmqpManagement;
}): NodeUsers {
  const { collection, management } = options;
  const made = new Map<NodeId, Promise<string>>();

  async function load(nodeId: NodeId): Promise<string> {
    const known = await collection.get(nodeId);
    if (known !== null) return known.password;
    const password = randomBytes(24).toString('base64url');
    await collection.put({ id: nodeId, password });
    return password;
  }

  function passwordOf(nodeId: NodeId): Promise<string> {
    const password = made.get(nodeId) ?? load(nodeId);
    made.set(nodeId, password);
    password.catch(() => made.delete(nodeId));
    return password;
  }

  return {
    credentials: async (nodeId) => ({
      username: amqpNames.nodeUser(nodeId),
      password: await passwordOf(nodeId),
    }),
    ensure: async (nodeId) =>
      management.putUser(amqpNames.nodeUser(nodeId), await passwordOf(nodeId), nodeId),
    async remove(nodeId) {
      made.delete(nodeId);
      await collection.remove(nodeId);
      await management.removeUser(amqpNames.nodeUser(nodeId));
    },
  };
}
