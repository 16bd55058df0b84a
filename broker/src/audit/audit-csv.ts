import type { AuditEntry } from '@meshdeck/shared';

const columns = [
  'time',
  'person',
  'person_id',
  'role',
  'via',
  'key',
  'address',
  'action',
  'target',
  'outcome',
  'status',
  'detail',
] as const;

export const auditCsvHeader = `${columns.join(',')}\r\n`;

/**
 * One cell [RFC 4180 §2]. What a spreadsheet would take for a formula is told as text, by an apostrophe in front of it
 * [OWASP CSV Injection].
 */
export function csvCell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const harmless = typeof value === 'string' && /^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export function auditCsvLine(entry: AuditEntry): string {
  const { actor } = entry;
  const cells = [
    new Date(entry.at).toISOString(),
    actor?.name ?? null,
    actor?.id ?? null,
    actor?.role ?? null,
    actor?.via ?? null,
    actor?.key ?? null,
    entry.address,
    entry.action,
    entry.target,
    entry.outcome,
    entry.status,
    entry.detail,
  ];
  return `${cells.map(csvCell).join(',')}\r\n`;
}
