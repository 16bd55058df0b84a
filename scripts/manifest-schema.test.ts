import { readFileSync } from 'node:fs';
import { appManifestSchema } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { manifestJsonSchema } from './build/manifest-json-schema.mjs';

it('is what docs/manifest.schema.json publishes', () => {
  const published = readFileSync(new URL('../docs/manifest.schema.json', import.meta.url), 'utf8');
  // node scripts/manifest-schema.mjs writes it.
  expect(JSON.parse(published)).toEqual(manifestJsonSchema(appManifestSchema));
});
