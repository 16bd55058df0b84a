import {
  assertNever,
  parseTopic,
  topicFilter,
  topicKeys,
  topics,
  type Action,
  type IdName,
  type JobId,
  type Topic,
} from '@meshdeck/shared';
import { reachOf } from '../users/permissions.js';
import type { PersonPrincipal, Principal } from './principal.js';

/**
 * Who may say and hear what, by the rules of the topic map. Deny is the default: whatever no rule allows is refused, and a
 * wildcard is allowed only as the exact filter of one topic, since a filter covers topics that do not exist yet. `parseTopic` knows
 * our own topics only, so `$SYS`, `$share` and everything below other roots is refused without a line of its own.
 */

/** Where a machine stands; only a joined one has any business here. */
export type Membership = 'joined' | 'pending' | 'none';

/** Whose job it is; undefined where there is none. */
export type JobOwner = (jobId: JobId) => string | undefined;

/** What of everybody's people may listen to, exactly as spelled, and the action it is in the permission table. */
const personFilters: ReadonlyMap<string, Action> = new Map(
  topicKeys.flatMap((key) => {
    const { people } = topics[key];
    return people?.whose === 'everybody' ? [[topicFilter(key), people.action] as const] : [];
  }),
);

/** The ids in a topic's name, by what they are of. */
const idsOf = (topic: Topic): Readonly<Partial<Record<IdName, string>>> => topic.ids;

/** People publish nothing: they act through the HTTP API. */
function mayPersonHear(person: PersonPrincipal, filter: string, ownerOfJob: JobOwner): boolean {
  const action = personFilters.get(filter);
  if (action !== undefined) return reachOf(person, action) === 'all';
  const topic = parseTopic(filter);
  const rule = topic === null ? undefined : topics[topic.key].people;
  if (topic === null || rule === undefined) return false;
  const reach = reachOf(person, rule.action);
  const { personId, jobId } = idsOf(topic);
  switch (rule.whose) {
    case 'everybody':
      return reach === 'all';
    case 'person':
      return personId === person.id && reach !== 'none';
    case 'job': {
      const owner = reach === 'none' || jobId === undefined ? undefined : ownerOfJob(jobId);
      return owner !== undefined && (reach === 'all' || owner === person.id);
    }
    default:
      return assertNever(rule.whose);
  }
}

/** Whether the topic is below the machine's or the sensor's own id. */
function isOwn(principal: Exclude<Principal, PersonPrincipal>, topic: Topic): boolean {
  const { nodeId, sensorId } = idsOf(topic);
  return principal.kind === 'node' ? nodeId === principal.nodeId : sensorId === principal.sensorId;
}

/** Holds for every publish and for every last will. `topic` is what `parseTopic` makes of its name. */
export function mayPublish(principal: Principal, topic: Topic | null, membership: Membership): boolean {
  if (topic === null || principal.kind === 'person') return false;
  if (principal.kind === 'node' && membership !== 'joined') return false;
  return topics[topic.key].from === principal.kind && isOwn(principal, topic);
}

/** Whether what it may publish there may also be retained. */
export function mayRetain(principal: Principal, topic: Topic | null): boolean {
  if (topic === null) return false;
  const { from, retain } = topics[topic.key];
  return from === principal.kind && retain !== 'never';
}

/** `filter` is as the client sent it: a name or a wildcard. Asked again for every message before it is handed over. */
export function maySubscribe(
  principal: Principal,
  filter: string,
  membership: Membership,
  ownerOfJob: JobOwner,
): boolean {
  if (principal.kind === 'person') return mayPersonHear(principal, filter, ownerOfJob);
  if (principal.kind === 'node' && membership !== 'joined') return false;
  const topic = parseTopic(filter);
  return topic !== null && topics[topic.key].to === principal.kind && isOwn(principal, topic);
}
