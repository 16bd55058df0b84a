import { amqpNodePermissions, MeshdeckError, type NodeId } from '@meshdeck/shared';

const answerLimitMs = 5_000;

/** RabbitMQ's management API, as far as users go [https://www.rabbitmq.com/docs/http-api-reference]. */
export interface AmqpManagement {
  /** Makes the user or gives it this password, confined to the machine's own queue and the reports. */
  putUser(name: string, password: string, nodeId: NodeId): Promise<void>;
  removeUser(name: string): Promise<void>;
}

/** Every call throws a MeshdeckError with the sentence for people. Credentials in `url` win over the given ones. */
export function createAmqpManagement(options: {
  url: string;
  vhost: string;
  username: string;
  password: string;
}): AmqpManagement {
  const url = new URL(options.url);
  const username = decodeURIComponent(url.username) || options.username;
  const password = decodeURIComponent(url.password) || options.password;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const base = `${url.origin}${url.pathname.replace(/\/$/, '')}/api`;

  async function call(method: 'PUT' | 'DELETE', path: string, body?: unknown): Promise<void> {
    let status: number;
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(answerLimitMs),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      status = response.status;
      await response.body?.cancel();
    } catch (cause) {
      throw new MeshdeckError(
        'internal',
        `RabbitMQ's management API at ${url.host} does not answer. Turn it on ("rabbitmq-plugins enable rabbitmq_management"), or correct its address.`,
        { cause },
      );
    }
    if (status < 300 || (method === 'DELETE' && status === 404)) return;
    throw new MeshdeckError(
      'internal',
      status === 401 || status === 403
        ? `RabbitMQ's management API at ${url.host} refused the user "${username}". It needs the tag "administrator" to make a user for each machine.`
        : `RabbitMQ's management API at ${url.host} answered ${status} when a machine's user was to be ${method === 'PUT' ? 'made' : 'removed'}.`,
    );
  }

  return {
    async putUser(name, userPassword, nodeId) {
      const user = encodeURIComponent(name);
      await call('PUT', `/users/${user}`, { password: userPassword, tags: '' });
      await call(
        'PUT',
        `/permissions/${encodeURIComponent(options.vhost)}/${user}`,
        amqpNodePermissions(nodeId),
      );
    },
    removeUser: (name) => call('DELETE', `/users/${encodeURIComponent(name)}`),
  };
}
