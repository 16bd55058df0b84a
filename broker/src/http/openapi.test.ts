import { everyCall } from '@meshdeck/shared/api';
import { expect, it } from 'vitest';
import { openPeopleHub } from './fixtures/people-hub.js';

interface Media {
  schema?: unknown;
}
interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; schema?: unknown }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description?: string; content?: Record<string, Media> }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

async function readDocument(): Promise<Document> {
  const { withToken } = await openPeopleHub();
  return JSON.parse((await withToken({ path: '/api/openapi.json' })).body) as Document;
}

const operationsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

it('describes every call of the API in OpenAPI 3.1', async () => {
  const document = await readDocument();
  expect(document.openapi).toBe('3.1.0');
  const calls = operationsOf(document).map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(calls.sort()).toEqual(everyCall.map(({ method, path }) => `${method} ${path}`).sort());
  const names = operationsOf(document).map(({ operation }) => operation.operationId);
  expect(names.sort()).toEqual(everyCall.map(({ name }) => name).sort());
});

it('gives every call a summary, a tag, an answer with a schema, and problems for errors', async () => {
  for (const { path, method, operation } of operationsOf(await readDocument())) {
    const call = `${method} ${path}`;
    expect(operation.summary, call).toBeTruthy();
    expect(operation.tags, call).toHaveLength(1);
    const answers = Object.entries(operation.responses).filter(([status]) => /^[23]/.test(status));
    expect(answers, call).toHaveLength(1);
    for (const [status, { description, content }] of answers) {
      expect(description, call).toBeTypeOf('string');
      const bodiless = status === '204' || status === '303';
      if (!bodiless) expect(Object.values(content ?? {})[0]?.schema, call).toBeTruthy();
    }
    expect(operation.responses['default']?.content?.['application/problem+json']?.schema, call).toEqual({
      $ref: '#/components/schemas/Problem',
    });
    for (const name of path.matchAll(/\{(\w+)\}/g)) {
      expect(
        operation.parameters?.find((one) => one.name === name[1]),
        call,
      ).toMatchObject({ in: 'path', required: true });
    }
    if (method === 'patch')
      expect(operation.requestBody?.content['application/json']?.schema, call).toBeTruthy();
    if (path === '/api/v1/files') {
      expect(operation.requestBody?.content['text/csv']?.schema, call).toEqual({
        type: 'string',
        format: 'binary',
      });
    }
  }
});

it('refers only to schemas that the document has', async () => {
  const document = await readDocument();
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
    ([, target]) => target ?? '',
  );
  expect(references.length).toBeGreaterThan(30);
  for (const target of new Set(references)) {
    expect(target).toMatch(/^#\/components\/schemas\//);
    expect(document.components.schemas).toHaveProperty([target.split('/').at(-1) ?? '']);
  }
  const used = new Set(references.map((target) => target.split('/').at(-1)));
  expect(Object.keys(document.components.schemas).filter((name) => !used.has(name))).toEqual([]);
});

/** Lists that have no pages, with what bounds them. */
const bounded: Record<string, string> = {
  'GET /healthz': 'the hub has so many services',
  'GET /api/v1/me/sessions': 'a person has at most 50',
  'GET /api/v1/sign-in': 'the ways in that are set up',
  'GET /api/v1/samples': 'those that ship with the program',
  'GET /api/v1/series/points': 'thinned to 40,000 points',
};

const pageStarts = ['cursor', 'before', 'from'];

it('gives every list in pages, with a most', async () => {
  const document = await readDocument();
  const lists = operationsOf(document).filter(({ method, operation }) => {
    const schema = operation.responses['200']?.content?.['application/json']?.schema as
      { $ref?: string } | undefined;
    const name = schema?.$ref?.split('/').at(-1) ?? '';
    const found = (name === '' ? schema : document.components.schemas[name]) as
      { properties?: Record<string, { type?: string }> } | undefined;
    const properties = Object.values(found?.properties ?? {});
    // An answer that is a list and little beside it; views of one thing have lists in them, too.
    return method === 'get' && properties.length <= 4 && properties.some(({ type }) => type === 'array');
  });
  expect(lists.length).toBeGreaterThan(12);
  for (const { path, operation } of lists) {
    const call = `GET ${path}`;
    if (call in bounded) continue;
    const names = operation.parameters?.map(({ name }) => name) ?? [];
    const limit = operation.parameters?.find(({ name }) => name === 'limit')?.schema as
      { maximum?: number } | undefined;
    expect(limit?.maximum ?? 0, call).toBeLessThanOrEqual(1000);
    expect(limit === undefined && path !== '/api/v1/jobs/{id}/why', call).toBe(false);
    expect(
      pageStarts.some((start) => names.includes(start)),
      call,
    ).toBe(true);
  }
});
