import { Readable } from 'node:stream';
import type { AuditQuery } from '@meshdeck/shared';
import { contract } from '@meshdeck/shared/api';
import { auditCsvHeader, auditCsvLine, type AuditLog } from '../../audit/index.js';
import { untilClosed } from '../answers.js';
import { attachment } from '../downloads.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';

export interface AuditRouteDependencies {
  audit: AuditLog;
}

async function* asCsv(audit: AuditLog, query: AuditQuery): AsyncGenerator<string> {
  yield auditCsvHeader;
  for await (const entry of audit.all(query)) yield auditCsvLine(entry);
}

async function* asJsonLines(audit: AuditLog, query: AuditQuery): AsyncGenerator<string> {
  for await (const entry of audit.all(query)) yield `${JSON.stringify(entry)}\n`;
}

export function auditRoutes(app: PeopleApp, { audit }: AuditRouteDependencies): void {
  serve(app, contract.audit.list, ({ limit, before, ...query }, _request, reply) =>
    audit.page(query, { limit, before, signal: untilClosed(reply) }),
  );

  serve(app, contract.audit.export, ({ format, ...query }, request, reply) => {
    const isCsv = format === 'csv';
    const day = new Date().toISOString().slice(0, 10);
    request.auditTarget = 'audit';
    return reply
      .type(isCsv ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8')
      .header('content-disposition', attachment(`audit-${day}.${isCsv ? 'csv' : 'jsonl'}`))
      .send(Readable.from(isCsv ? asCsv(audit, query) : asJsonLines(audit, query)));
  });
}
