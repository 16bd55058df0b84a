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

/** What spreadsheets take for the begin of a formula, full-width signs included [OWASP CSV Injection]. */
const formula = /(^|[;\t]|\r\n?|\n)(?=[^\S\t\r\n]*[=+\-@\uff1d\uff0b\uff0d\uff20])|^(?=[\t\r])/g;

/**
 * One cell [RFC 4180 §2]. A formula is told as text, by an apostrophe in front of it; also behind a semicolon, a tab or a
 * line's end, which some spreadsheets part cells at, whatever is quoted.
 */
export function csvCell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const harmless = typeof value === 'string' ? text.replace(formula, "$1'") : text;
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
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
