import { findRabbitmqScripts } from '../../scripts/mesh/start-rabbitmq.mjs';

export { findRabbitmqScripts, startRabbitmq } from '../../scripts/mesh/start-rabbitmq.mjs';
export type { RabbitMq } from '../../scripts/mesh/start-rabbitmq.mjs';

/**
 * Why tests over RabbitMQ are left out here, for their title; null where they run. With CI=true they always run, and
 * so fail where it is missing.
 */
export function whyNoRabbitmq(): string | null {
  if (findRabbitmqScripts() !== null || process.env['CI'] === 'true') return null;
  return 'needs RabbitMQ: apt-get install rabbitmq-server';
}
