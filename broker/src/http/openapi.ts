import swagger from '@fastify/swagger';
import {
  auditEntrySchema,
  keyViewSchema,
  meSchema,
  personLinkSchema,
  personViewSchema,
  appManifestSchema,
  appViewSchema,
  fileReferenceSchema,
  hubViewSchema,
  jobSummarySchema,
  jobViewSchema,
  logMessageSchema,
  meshdeckVersion,
  nodeViewSchema,
  preparedSampleSchema,
  problemSchema,
  sampleViewSchema,
  sensorCredentialSchema,
  sensorViewSchema,
  seriesInfoSchema,
  seriesPointsSchema,
  whySchema,
} from '@meshdeck/shared';
import { callTags } from '@meshdeck/shared/api';
import type { FastifySchema } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import * as z from 'zod';
import type { PeopleApp } from './fastify.js';

/** Schemas with a name of their own in the document; the others stand where they are used. */
const named = {
  AppManifest: appManifestSchema,
  AppView: appViewSchema,
  FileReference: fileReferenceSchema,
  HubView: hubViewSchema,
  JobSummary: jobSummarySchema,
  JobView: jobViewSchema,
  LogMessage: logMessageSchema,
  NodeView: nodeViewSchema,
  PreparedSample: preparedSampleSchema,
  AuditEntry: auditEntrySchema,
  KeyView: keyViewSchema,
  Me: meSchema,
  PersonLink: personLinkSchema,
  PersonView: personViewSchema,
  Problem: problemSchema,
  SampleView: sampleViewSchema,
  SensorCredential: sensorCredentialSchema,
  SensorView: sensorViewSchema,
  SeriesInfo: seriesInfoSchema,
  SeriesPoints: seriesPointsSchema,
  Why: whySchema,
} as const;

/** Collects the routes registered after it; the document is made when somebody first asks for it. */
export async function registerOpenApi(app: PeopleApp): Promise<void> {
  const schemaRegistry = z.registry<{ id?: string }>();
  for (const [id, schema] of Object.entries(named)) schemaRegistry.add(schema, { id });
  const transform = createJsonSchemaTransform({ schemaRegistry });
  const transformObject = createJsonSchemaTransformObject({ schemaRegistry });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Meshdeck',
        version: meshdeckVersion,
        description: 'The hub, for people and their programs.',
      },
      tags: Object.entries(callTags).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description: "An API key (mdk_...), or the data folder's private token.",
          },
        },
      },
      security: [{ token: [] }],
    },
    transform: (route) => withRawBody(route.schema, transform(route)),
    transformObject: (document) => withoutUnused(transformObject(document)),
  });
}

type RouteDescription = ReturnType<ReturnType<typeof createJsonSchemaTransform>>;

/** An upload has no schema to check, but a body all the same. */
function withRawBody(schema: FastifySchema | undefined, described: RouteDescription): RouteDescription {
  if (schema?.consumes === undefined || schema.body !== undefined) return described;
  return { ...described, schema: { ...described.schema, body: { type: 'string', format: 'binary' } } };
}

/** Every named schema is made for questions and for answers alike; most serve one of them only. */
function withoutUnused<T extends object>(document: T): T {
  const { components } = document as { components?: { schemas?: Record<string, unknown> } };
  const schemas = components?.schemas ?? {};
  for (let before = -1; before !== Object.keys(schemas).length;) {
    before = Object.keys(schemas).length;
    const text = JSON.stringify(document);
    for (const name of Object.keys(schemas)) {
      if (!text.includes(`"#/components/schemas/${name}"`)) Reflect.deleteProperty(schemas, name);
    }
  }
  return document;
}
