import { assertNever, parseTopic, type Action, type NodeChannel, type ParsedTopic } from '@meshdeck/shared';
import { reachOf } from '../users/permissions.js';
import type { PersonPrincipal, Principal } from './principal.js';

/**
 * Who may say and hear what. Deny is the default: whatever no line below allows is refused, and a wildcard is
 * allowed only as the exact filter named here, since a filter covers topics that do not exist yet. `parseTopic` knows
 * our own topics only, so `$SYS`, `$share` and everything below other roots is refused without a line of its own.
 */

/** Where a machine stands; only a joined one has any business here. */
export type Membership = 'joined' | 'pending' | 'none';

/** What a joined machine may say below its own id. */
const nodeMayPublish: readonly NodeChannel[] = [
  'status',
  'metrics',
  'inventory',
  'holdings',
  'reports',
  'logs',
];
/** What of it the broker may keep for those who come later: a retained report or reading would be told twice. */
const nodeMayRetain: readonly NodeChannel[] = ['status', 'inventory'];

/** Whose job it is; undefined where there is none. */
export type JobOwner = (jobId: string) => string | undefined;

/** What of everybody's people may listen to, exactly as spelled, and the action it is in the permission table. */
const personFilters: Readonly<Record<string, Action>> = {
  'meshdeck/v1/live/nodes': 'machines.read',
  'meshdeck/v1/live/jobs': 'jobs.read',
  'meshdeck/v1/live/sensors': 'sensors.read',
  'meshdeck/v1/nodes/+/metrics': 'machines.read',
  'meshdeck/v1/sensors/+/readings': 'series.read',
};

/** People publish nothing: they act through the HTTP API. */
function mayPersonHear(person: PersonPrincipal, filter: string, ownerOfJob: JobOwner): boolean {
  const action = Object.hasOwn(personFilters, filter) ? personFilters[filter] : undefined;
  if (action !== undefined) return reachOf(person, action) === 'all';
  const parsed = parseTopic(filter);
  switch (parsed?.kind) {
    case 'live-own-jobs':
      return parsed.personId === person.id && reachOf(person, 'jobs.read') !== 'none';
    case 'live-job-logs': {
      const reach = reachOf(person, 'jobs.read');
      const owner = reach === 'none' ? undefined : ownerOfJob(parsed.jobId);
      return owner !== undefined && (reach === 'all' || owner === person.id);
    }
    case 'node':
      return parsed.channel === 'metrics' && reachOf(person, 'machines.read') === 'all';
    case 'sensor':
      return parsed.channel === 'readings' && reachOf(person, 'series.read') === 'all';
    default:
      return false;
  }
}

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
export function maySubscribe(
  principal: Principal,
  filter: string,
  membership: Membership,
  ownerOfJob: JobOwner,
): boolean {
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
      return mayPersonHear(principal, filter, ownerOfJob);
    default:
      return assertNever(principal);
  }
}
