import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { hubConfigJsonSchema } from './json-schema.js';

it('is what docs/config.schema.json publishes', () => {
  const published = readFileSync(new URL('../../../docs/config.schema.json', import.meta.url), 'utf8');
  // node scripts/config-schema.mjs writes it.
  expect(JSON.parse(published)).toEqual(hubConfigJsonSchema());
});
