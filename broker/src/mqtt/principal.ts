import { assertNever, type NodeId, type SensorId } from '@meshdeck/shared';
import type { Person } from '../users/types.js';

/** Who stands at the MQTT door, as proven there: a machine by its key, a sensor by its password, a person by session. */
export type Principal =
  | { kind: 'node'; nodeId: NodeId; fingerprint: string; instanceId: string; address: string }
  | { kind: 'sensor'; sensorId: SensorId }
  | PersonPrincipal;

/** What of a person counts here; their rights are looked up, never copied. */
export type PersonPrincipal = { kind: 'person' } & Pick<
  Person,
  'id' | 'name' | 'role' | 'scopes' | 'sessionId' | 'keyId'
>;

export function personPrincipal(person: Person): PersonPrincipal {
  const { id, name, role, scopes, sessionId, keyId } = person;
  return { kind: 'person', id, name, role, scopes, sessionId, keyId };
}

/** Whose limits count: all connections of one machine, sensor or person share them. */
export function callerOf(principal: Principal): string {
  switch (principal.kind) {
    case 'node':
      return `node ${principal.nodeId}`;
    case 'sensor':
      return `sensor ${principal.sensorId}`;
    case 'person':
      return `person ${principal.id}`;
    default:
      return assertNever(principal);
  }
}
