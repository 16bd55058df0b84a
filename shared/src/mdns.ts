import * as z from 'zod';
import { factSchema, nodeIdSchema, sha256Schema } from './ids.js';

/** mDNS service types [RFC 6763 §7], as bonjour-service spells them: `_meshdeck._tcp`, `_meshdeck-node._tcp`. */
export const hubServiceType = 'meshdeck';
export const nodeServiceType = 'meshdeck-node';

const port = z.coerce.number().int().min(1).max(65_535);

/** TXT record of a hub. The address comes from where the answer came from; none of it is trusted. */
export const hubTxtSchema = z.object({
  id: nodeIdSchema,
  fp: sha256Schema,
  v: factSchema(40),
  name: factSchema(120),
  tls: port,
  mqtt: port,
});
export type HubTxt = z.infer<typeof hubTxtSchema>;

/** TXT record of an agent. `hub` is the id of the hub it belongs to, empty while it has none. */
export const nodeTxtSchema = z.object({
  id: nodeIdSchema,
  fp: sha256Schema,
  v: factSchema(40),
  name: factSchema(120),
  hub: z.union([nodeIdSchema, z.literal('')]),
});
export type NodeTxt = z.infer<typeof nodeTxtSchema>;
