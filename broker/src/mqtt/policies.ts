import { assertNever, parseTopic, type NodeChannel, type ParsedTopic } from '@meshdeck/shared';
import type { Principal } from './principal.js';

/**
 * Who may say and hear what. Deny is the default: whatever no line below allows is refused, and a wildcard is
 * allowed only as the exact filter named here, since a filter covers topics that do not exist yet. `parseTopic` knows
 * our own topics only, so `$SYS`, `$share` and everything below other roots is refused without a line of its own.
 */

/** Where a machine stands; only a joined one has any business here. */
export type Membership = 'joined' | 'pending' | 'none';

/** What a joined machine may say below its own id. */
const nodeMayPublish: readonly NodeChannel[] = ['status', 'metrics', 'inventory', 'reports', 'logs'];
/** What of it the broker may keep for those who come later: a retained report or reading would be told twice. */
const nodeMayRetain: readonly NodeChannel[] = ['status', 'inventory'];

/** What people may listen to, exactly as spelled. People publish nothing: they act through the HTTP API. */
const personFilters = new Set([
  'meshdeck/v1/live/nodes',
  'meshdeck/v1/live/jobs',
  'meshdeck/v1/live/sensors',
  'meshdeck/v1/nodes/+/metrics',
  'meshdeck/v1/sensors/+/readings',
]);

/** Holds for every publish and for every last will. `parsed` is what `parseTopic` makes of the topic. */
export function mayPublish(
  principal: Principal,
  parsed: ParsedTopic | null,
  membership: Membership,
): boolean {
  if (parsed === null) return false;
  switch (principal.kind) {
    case 'node':
      return (
        membership === 'joined' &&
        parsed.kind === 'node' &&
        parsed.nodeId === principal.nodeId &&
        nodeMayPublish.includes(parsed.channel)
      );
    case 'sensor':
      return (
        parsed.kind === 'sensor' &&
        parsed.sensorId === principal.sensorId &&
        (parsed.channel === 'readings' || parsed.channel === 'state')
      );
    case 'person':
      return false;
    default:
      return assertNever(principal);
  }
}

/** Whether what it may publish there may also be retained. */
export function mayRetain(principal: Principal, parsed: ParsedTopic | null): boolean {
  if (principal.kind === 'node') return parsed?.kind === 'node' && nodeMayRetain.includes(parsed.channel);
  if (principal.kind === 'sensor') return parsed?.kind === 'sensor';
  return false;
}

/** `filter` is as the client sent it: a name or a wildcard. Asked again for every message before it is handed over. */
export function maySubscribe(principal: Principal, filter: string, membership: Membership): boolean {
  const parsed = parseTopic(filter);
  switch (principal.kind) {
    case 'node':
      return (
        membership === 'joined' &&
        parsed?.kind === 'node' &&
        parsed.nodeId === principal.nodeId &&
        parsed.channel === 'orders'
      );
    case 'sensor':
      return (
        parsed?.kind === 'sensor' && parsed.sensorId === principal.sensorId && parsed.channel === 'commands'
      );
    case 'person':
      if (personFilters.has(filter)) return true;
      return (
        parsed?.kind === 'live-job-logs' ||
        (parsed?.kind === 'node' && parsed.channel === 'metrics') ||
        (parsed?.kind === 'sensor' && parsed.channel === 'readings')
      );
    default:
      return assertNever(principal);
  }
}
