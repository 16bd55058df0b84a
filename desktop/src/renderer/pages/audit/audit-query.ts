import { type AuditQuery, auditOutcomeSchema } from '@meshdeck/shared';

export const outcomes = ['all', ...auditOutcomeSchema.options] as const;

/** What actions are called before their dot, in words. */
export const auditAreas = [
  { value: '', label: 'Every action' },
  { value: 'sign-in', label: 'Sign-ins' },
  { value: 'people', label: 'People' },
  { value: 'keys', label: 'API keys' },
  { value: 'jobs', label: 'Jobs' },
  { value: 'files', label: 'Uploads' },
  { value: 'apps', label: 'Apps' },
  { value: 'machines', label: 'Machines' },
  { value: 'join-tokens', label: 'Join tokens' },
  { value: 'sensors', label: 'Sensors' },
  { value: 'settings', label: 'Settings' },
] as const;

const hourMs = 3_600_000;
export const auditSpans = [
  { value: '1h', label: 'Last hour', ms: hourMs },
  { value: '24h', label: 'Last day', ms: 24 * hourMs },
  { value: '7d', label: 'Last week', ms: 7 * 24 * hourMs },
  { value: '90d', label: 'Last 90 days', ms: 90 * 24 * hourMs },
  { value: 'all', label: 'From the beginning', ms: null },
] as const;

/** The page's filters as the hub is asked. */
export function queryOf(
  filters: { user: string; area: string; span: string; outcome: (typeof outcomes)[number] },
  now = Date.now(),
): AuditQuery {
  const ms = auditSpans.find(({ value }) => value === filters.span)?.ms ?? null;
  return {
    ...(filters.user !== '' && { user: filters.user }),
    ...(filters.area !== '' && { action: filters.area }),
    ...(ms !== null && { since: now - ms }),
    ...(filters.outcome !== 'all' && { outcome: filters.outcome }),
  };
}
