export { findRabbitmqScripts, startRabbitmq, whyNoRabbitmq, type RabbitMq } from './rabbitmq.js';
