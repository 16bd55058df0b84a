export { startRabbitmq, whyNoRabbitmq } from '../../scripts/mesh/rabbitmq.mjs';
export type { RabbitMq } from '../../scripts/mesh/rabbitmq.mjs';
