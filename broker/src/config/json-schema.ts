import * as z from 'zod';
import { hubConfigSchema } from './hub-config-schema.js';

/** The JSON schema [draft 2020-12] of the config file; everything in it is optional. */
export function hubConfigJsonSchema(): Record<string, unknown> {
  const fileSchema = hubConfigSchema
    .partial()
    .extend({ $schema: z.string().optional() })
    .meta({ title: 'Meshdeck hub configuration' });
  return z.toJSONSchema(fileSchema, { io: 'input' });
}
