import { MeshdeckError } from '@meshdeck/shared';
import type { FastifySchemaCompiler } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type * as z from 'zod';
import { schemaSentence } from './schema-sentence.js';

const wholes: Record<string, string> = {
  body: 'The request body',
  querystring: 'The query',
  params: 'The address',
};

/** Parses with the route's zod schema; a refusal is one sentence that names the key. */
const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    const parsed = schema.safeParse(data);
    if (parsed.success) return { value: parsed.data };
    const sentence = schemaSentence(parsed.error.issues, wholes[httpPart ?? ''] ?? 'The request');
    return { error: new MeshdeckError('invalid-request', `${sentence}.`, { detail: `${httpPart ?? ''}` }) };
  };

/** What goes in and what goes out passes the schemas alike: an answer of another shape is our own error. */
export const compilers = { validatorCompiler, serializerCompiler };
