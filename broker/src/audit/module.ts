import type { Logger } from 'pino';
import { auditRoutes } from '../http/routes/audit.js';
import type { HubModule } from '../module.js';
import { openAuditLog, type AuditLog } from './audit-log.js';

export interface AuditModule extends HubModule {
  audit: AuditLog;
}

export async function createAuditModule(options: {
  dir: string;
  now: () => number;
  logger: Logger;
}): Promise<AuditModule> {
  const audit = await openAuditLog(options);
  return {
    name: 'audit',
    audit,
    routes: (app) => auditRoutes(app, { audit }),
    stop: () => audit.stop(),
  };
}
