import { jobRequestSchema, sensorRequestSchema } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { schemaSentence } from './schema-sentence.js';

function sentence(schema: z.ZodType, value: unknown): string {
  return schemaSentence(schema.safeParse(value).error?.issues ?? []);
}

const job = { app: { name: 'digits' }, input: { sha256: '0'.repeat(64), name: 'd.csv' } };

it.each([
  [jobRequestSchema, null, 'The request must be an object'],
  [
    jobRequestSchema,
    { ...job, app: { name: 'A B' } },
    'app.name must be the name of an app (a-z, 0-9 and "-"), or OWNER/NAME',
  ],
  [jobRequestSchema, { ...job, options: { timeoutSeconds: 0 } }, 'options.timeoutSeconds must be at least 1'],
  [
    jobRequestSchema,
    { ...job, options: { timeoutSeconds: 1e9 } },
    'options.timeoutSeconds must be at most 604,800',
  ],
  [
    jobRequestSchema,
    { ...job, options: { timeoutSeconds: 1.5 } },
    'options.timeoutSeconds must be a whole number',
  ],
  [
    jobRequestSchema,
    { ...job, options: { labels: { 'a b': 'x' } } },
    'options.labels has a key that is not allowed: "a b"',
  ],
  [jobRequestSchema, { ...job, name: '' }, 'name must have at least 1 character'],
  [jobRequestSchema, { ...job, name: 'x'.repeat(81) }, 'name must have at most 80 characters'],
  [jobRequestSchema, { ...job, name: 'a\u202eb' }, 'name must not hold control or invisible characters'],
  [jobRequestSchema, { ...job, more: 1, other: 2 }, 'The request has the unknown keys "more", "other"'],
  [sensorRequestSchema, { name: 'x', location: { latitude: 91 } }, 'location.latitude must be at most 90'],
  [sensorRequestSchema, { name: 'x', units: [] }, 'units must be an object'],
  [z.array(z.object({ at: z.boolean() })), [{ at: true }, { at: 1 }], '[1].at must be true or false'],
  [z.string().max(3), 'four', 'The request must have at most 3 characters'],
])('says what is wrong and where (%#)', (schema, value, expected) => {
  expect(sentence(schema, value)).toBe(expected);
});
