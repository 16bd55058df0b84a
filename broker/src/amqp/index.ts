import type { Collection } from '../stores/documents.js';
import { createAmqpManagement } from './management.js';
import { createNodeUsers, type NodeUserDocument } from './node-users.js';
import { createRabbitTransport } from './rabbit-transport.js';
import { amqpServer } from './server.js';

export { nodeUserDocumentSchema } from './node-users.js';

/** The RabbitMQ route as configured: with a user per machine where its management API is named. */
export async function openRabbitTransport(
  options: Omit<Parameters<typeof createRabbitTransport>[0], 'server' | 'users'> & {
    amqp: string;
    amqpManagement: string | undefined;
    userCollection: () => Promise<Collection<NodeUserDocument>>;
  },
): Promise<ReturnType<typeof createRabbitTransport>> {
  const { amqp, amqpManagement, userCollection, ...rest } = options;
  const server = amqpServer(amqp);
  if (amqpManagement === undefined) return createRabbitTransport({ ...rest, server, users: null });
  const management = createAmqpManagement({ url: amqpManagement, ...server });
  const users = createNodeUsers({ collection: await userCollection(), management });
  return createRabbitTransport({ ...rest, server, users });
}
