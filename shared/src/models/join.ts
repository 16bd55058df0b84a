import * as z from 'zod';
import { amqpAccessSchema } from '../amqp/access.js';
import { MeshdeckError } from '../errors.js';
import {
  displayNameSchema,
  factSchema,
  instanceIdSchema,
  labelsSchema,
  nodeIdSchema,
  sha256Schema,
  timestampSchema,
} from '../ids.js';

/** What a join token carries: which hub (by key), where it may be, and the secret that lets a machine in. */
export const joinTokenSchema = z.object({
  hubFingerprint: sha256Schema,
  tokenId: z.string().regex(/^[0-9a-z]{8}$/),
  secret: z.string().regex(/^[A-Za-z0-9_-]{22,64}$/),
  /** `host:port` of the hub's TLS listener, for networks without multicast. */
  addresses: z.array(z.string().max(120)).max(8),
});
export type JoinToken = z.infer<typeof joinTokenSchema>;

const prefix = 'mdj1_';

/** One word that survives copy and paste: `mdj1_` and base64url of the JSON. */
export function encodeJoinToken(token: JoinToken): string {
  const json = JSON.stringify([token.hubFingerprint, token.tokenId, token.secret, token.addresses]);
  const base64 = btoa(json).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return prefix + base64;
}

/** @throws MeshdeckError `token-invalid` */
export function decodeJoinToken(text: string): JoinToken {
  const refuse = () =>
    new MeshdeckError(
      'token-invalid',
      'This is not a join token. Copy the whole line that "meshdeck join-token create" printed; it starts with mdj1_.',
    );
  if (!text.startsWith(prefix) || text.length > 2000) throw refuse();
  try {
    const base64 = text.slice(prefix.length).replaceAll('-', '+').replaceAll('_', '/');
    const [hubFingerprint, tokenId, secret, addresses] = z
      .tuple([z.unknown(), z.unknown(), z.unknown(), z.unknown()])
      .parse(JSON.parse(atob(base64)));
    return joinTokenSchema.parse({ hubFingerprint, tokenId, secret, addresses });
  } catch {
    throw refuse();
  }
}

/**
 * Body of `POST /agent/v1/hello`, sent over TLS with the machine's own certificate by machines that were let in, or bring a
 * join token. Others hear `pairing-required`.
 */
export const helloRequestSchema = z.object({
  instanceId: instanceIdSchema,
  name: displayNameSchema,
  version: factSchema(40),
  platform: factSchema(40),
  slots: z.number().int().min(0).max(256),
  /** How many orders beyond its slots it keeps until one is free. */
  prefetch: z.number().int().min(0).max(1000).optional(),
  labels: labelsSchema,
  join: z.object({ tokenId: z.string().max(40), secret: z.string().max(100) }).optional(),
});
export type HelloRequest = z.infer<typeof helloRequestSchema>;

export const helloResponseSchema = z.object({
  nodeId: nodeIdSchema,
  hubId: nodeIdSchema,
  hubName: factSchema(200),
  mqttPort: z.number().int().min(1).max(65_535),
  serverTime: timestampSchema,
  /** Where jobs are routed by RabbitMQ: how a joined machine takes its orders. Null: over its MQTT connection. */
  amqp: amqpAccessSchema.nullable().default(null),
});
export type HelloResponse = z.infer<typeof helloResponseSchema>;

const archiveSchema = z.object({ sha256: sha256Schema, bytes: z.number().int().positive() });

/** Answer of `GET /agent/v1/package?platform=linux-x64`: the agent that the hub hands out, and its ONNX runtime for that platform. */
export const agentPackageSchema = archiveSchema.extend({
  version: factSchema(40),
  onnx: archiveSchema.nullable(),
});
export type AgentPackageFacts = z.infer<typeof agentPackageSchema>;
