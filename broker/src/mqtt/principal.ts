/** Who stands at the MQTT door, as proven there: a machine by its key, a sensor by its password, a person by session. */
export type Principal =
  | { kind: 'node'; nodeId: string; fingerprint: string; instanceId: string; address: string }
  | { kind: 'sensor'; sensorId: string }
  | { kind: 'person'; name: string };
