import { assertNever, parseTopic, type NodeChannel } from '@meshdeck/shared';
import type { Principal } from './principal.js';

/**
 * Who may say and hear what. Deny is the default: whatever no line below allows is refused, and a wildcard is
 * allowed only as the exact filter named here, since a filter covers topics that do not exist yet.
 */

export type Membership = 'joined' | 'pending' | 'none';

/** What a machine may say: a pending one only that it is there. */
const nodeMayPublish: Record<Membership, readonly NodeChannel[]> = {
  joined: ['status', 'metrics', 'inventory', 'holdings', 'reports', 'logs'],
  pending: ['status', 'inventory'],
  none: [],
};

/** What people may listen to, exactly as spelled. People publish nothing: they act through the HTTP API. */
const personFilters = new Set([
  'meshdeck/v1/live/nodes',
  'meshdeck/v1/live/jobs',
  'meshdeck/v1/live/sensors',
  'meshdeck/v1/nodes/+/metrics',
  'meshdeck/v1/sensors/+/readings',
]);

export function mayPublish(principal: Principal, topic: string, membership: Membership): boolean {
  const parsed = parseTopic(topic);
  if (parsed === null) return false;
  switch (principal.kind) {
    case 'node':
      return (
        parsed.kind === 'node' &&
        parsed.nodeId === principal.nodeId &&
        nodeMayPublish[membership].includes(parsed.channel)
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

/** `filter` is as the client sent it: a name or a wildcard. */
export function maySubscribe(principal: Principal, filter: string, membership: Membership): boolean {
  const parsed = parseTopic(filter);
  switch (principal.kind) {
    case 'node':
      return (
        membership !== 'none' &&
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
