import * as z from 'zod';

/** How a machine reaches RabbitMQ. It travels over the pinned connection to the hub and is never logged. */
export const amqpAccessSchema = z.object({
  /** Null: the host at which the machine reaches its hub. */
  host: z.string().min(1).max(255).nullable(),
  port: z.number().int().min(1).max(65_535),
  tls: z.boolean(),
  vhost: z.string().min(1).max(255),
  username: z.string().max(255),
  password: z.string().max(1000),
});
export type AmqpAccess = z.infer<typeof amqpAccessSchema>;
