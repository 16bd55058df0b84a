export { findRabbitmqScripts, startRabbitmq, whyNoRabbitmq } from '../../scripts/mesh/rabbitmq.mjs';
export type RabbitMq = import('../../scripts/mesh/rabbitmq.mjs').RabbitMq;
