export { auditCsvHeader, auditCsvLine } from './audit-csv.js';
export { auditPlacePattern, openAuditLog, type AuditLog } from './audit-log.js';
