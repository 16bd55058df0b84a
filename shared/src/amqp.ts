export * from './amqp/access.js';
export * from './amqp/reconnecting-consumer.js';
export * from './amqp/link.js';
export * from './amqp/names.js';
export * from './amqp/outbox.js';
export * from './amqp/problem.js';
