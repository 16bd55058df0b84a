import * as z from 'zod';

/**
 * The JSON schema [draft 2020-12] of `meshdeck.json`, for editors.
 *
 * @param {z.ZodType} appManifestSchema the schema the hub checks manifests with
 */
export function manifestJsonSchema(appManifestSchema) {
  return z.toJSONSchema(appManifestSchema.meta({ title: 'Meshdeck app manifest' }), { io: 'input' });
}
