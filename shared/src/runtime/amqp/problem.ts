/** Which RabbitMQ, in words that may be shown: never with a password. */
export interface AmqpPlace {
  /** `host:port` */
  address: string;
  username: string;
  vhost: string;
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'CONNECTION_TIMEOUT',
  'TIMEOUT',
]);
const lost = new Set([
  'CONN_CLOSE',
  'ECONNRESET',
  'EPIPE',
  'SOCKET_TIMEOUT',
  'CONNECTION_FORCED',
  'READ_END',
]);

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** RabbitMQ failed inside, as it does over a queue whose process is gone. */
export const isAmqpInternalError = (error: unknown): boolean => codeOf(error) === 'INTERNAL_ERROR';

/** What is wrong with RabbitMQ and what to do, in a sentence or two for people. */
export function amqpProblem(error: unknown, place: AmqpPlace): string {
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  const { address, username, vhost } = place;
  if (unreachable.has(code))
    return `RabbitMQ at ${address} does not answer. Start it, or correct its address.`;
  if (lost.has(code))
    return `The connection to RabbitMQ at ${address} was lost. It is tried again and again.`;
  if (code === 'ACCESS_REFUSED' && text.includes('Login was refused')) {
    return `RabbitMQ at ${address} refused the user "${username}". Correct the name or the password.`;
  }
  const refused = /access to (\w+) '([^']+)'.*refused for user '([^']+)'/.exec(text);
  if (code === 'ACCESS_REFUSED' && refused !== null) {
    return `RabbitMQ at ${address} lets the user "${refused[3] ?? ''}" not use the ${refused[1] ?? ''} ${refused[2] ?? ''}. Give it configure, write and read permission.`;
  }
  if (code === 'NOT_ALLOWED') {
    return `RabbitMQ at ${address} has no virtual host "${vhost}" for the user "${username}". Add it, or correct the end of the URL.`;
  }
  const differing = /inequivalent arg '([^']+)' for (queue|exchange) '([^']+)'/.exec(text);
  if (code === 'PRECONDITION_FAILED' && differing !== null) {
    const [, argument = '', kind = '', name = ''] = differing;
    const remove = kind === 'queue' ? `rabbitmqctl delete_queue ${name}` : 'the management page';
    return `The ${kind} ${name} on RabbitMQ at ${address} was declared with another ${argument}. Empty it, delete it (${remove}), and Meshdeck makes it anew.`;
  }
  if (code === 'NOT_FOUND') {
    const missing = /no (queue|exchange) '([^']+)'/.exec(text);
    return `RabbitMQ at ${address} has no ${missing?.[1] ?? 'queue'} ${missing?.[2] ?? ''} yet. The hub declares it when it is connected.`;
  }
  if (/CERT|TLS|SSL/.test(code)) {
    return `RabbitMQ at ${address} shows a certificate that is not trusted here. Name its authority in NODE_EXTRA_CA_CERTS.`;
  }
  if (code === 'VERSION_MISMATCH' || code === 'COMMAND_INVALID') {
    return `What answers at ${address} does not speak AMQP 0-9-1. Correct the address.`;
  }
  return `RabbitMQ at ${address} says: ${text}`;
}

/** A server short of memory or disk takes nothing more until it has some. */
export function amqpBlockedProblem(reason: string, place: AmqpPlace): string {
  return `RabbitMQ at ${place.address} takes no messages for now (${reason}). Give it memory or disk; everything waits until then.`;
}
