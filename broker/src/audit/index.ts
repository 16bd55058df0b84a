export { auditCsvHeader, auditCsvLine } from './audit-csv.js';
export { openAuditLog, type AuditLog } from './audit-log.js';
