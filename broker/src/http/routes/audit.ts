import { Readable } from 'node:stream';
import { auditPageSchema, auditQuerySchema, type AuditQuery } from '@meshdeck/shared';
import * as z from 'zod';
import { auditCsvHeader, auditCsvLine, auditPlacePattern, type AuditLog } from '../../audit/index.js';
import { fileAnswer, problems, untilClosed } from '../answers.js';
import { attachment } from '../downloads.js';
import type { PeopleApp } from '../fastify.js';
import { allow } from '../route-access.js';

const pageQuerySchema = auditQuerySchema.extend({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  before: z.string().regex(auditPlacePattern, 'must be the nextBefore of a page').optional(),
});
const exportQuerySchema = auditQuerySchema.extend({ format: z.enum(['csv', 'json']).default('csv') });

async function* asCsv(audit: AuditLog, query: AuditQuery): AsyncGenerator<string> {
  yield auditCsvHeader;
  for await (const entry of audit.all(query)) yield auditCsvLine(entry);
}

async function* asJsonLines(audit: AuditLog, query: AuditQuery): AsyncGenerator<string> {
  for await (const entry of audit.all(query)) yield `${JSON.stringify(entry)}\n`;
}

export function auditRoutes(app: PeopleApp, audit: AuditLog): void {
  const tags = ['people'];

  app.get(
    '/api/v1/audit',
    {
      config: allow('audit.read', { cost: 'heavy' }),
      schema: {
        tags,
        summary: 'Who did what to what, newest first',
        querystring: pageQuerySchema,
        response: { 200: auditPageSchema, ...problems },
      },
    },
    async ({ query: { limit, before, ...query } }, reply) =>
      audit.page(query, { limit, before, signal: untilClosed(reply) }),
  );

  app.get(
    '/api/v1/audit/export',
    {
      exposeHeadRoute: false,
      config: allow('audit.export', { cost: 'export' }),
      schema: {
        tags,
        summary: 'The same as a file, oldest first: CSV, or JSON lines',
        querystring: exportQuerySchema,
        response: { 200: fileAnswer('The entries.', 'text/csv'), ...problems },
      },
    },
    async (request, reply) => {
      const { format, ...query } = request.query;
      const isCsv = format === 'csv';
      const day = new Date().toISOString().slice(0, 10);
      request.auditTarget = 'audit';
      reply
        .type(isCsv ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8')
        .header('content-disposition', attachment(`audit-${day}.${isCsv ? 'csv' : 'jsonl'}`));
      return reply.send(Readable.from(isCsv ? asCsv(audit, query) : asJsonLines(audit, query)));
    },
  );
}
