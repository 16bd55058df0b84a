import type { Collection } from '../../stores/documents.js';
import { createAmqpManagement } from './management.js';
import { createNodeUsers, type NodeUserDocument } from './node-users.js';
import type { createRabbitTransport } from './rabbit-transport.js';

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
  // Loaded where it is asked for only.
  const [{ createRabbitTransport: create }, { amqpServer }] = await Promise.all([
    import('./rabbit-transport.js'),
    import('./server.js'),
  ]);
  const server = amqpServer(amqp);
  if (amqpManagement === undefined) return create({ ...rest, server, users: null });
  const management = createAmqpManagement({ url: amqpManagement, ...server });
  const users = createNodeUsers({ collection: await userCollection(), management });
  return create({ ...rest, server, users });
}
