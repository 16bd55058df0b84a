import type { RabbitMq as StartedRabbitMq } from '../../scripts/mesh/rabbitmq.mjs';

export { findRabbitmqScripts, startRabbitmq, whyNoRabbitmq } from '../../scripts/mesh/rabbitmq.mjs';
export type RabbitMq = StartedRabbitMq;
