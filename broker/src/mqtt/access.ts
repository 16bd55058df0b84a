import type { MqttBrokerOptions } from './broker.js';

/** What the broker asks about those who come: each question is answered by the capability that knows them. */
export type MqttAccess = Pick<
  MqttBrokerOptions,
  'membershipOf' | 'authenticateNode' | 'authenticateSensor' | 'ownerOfJob'
>;

/** Before the hub has started nobody comes in. */
export const closedAccess: MqttAccess = {
  membershipOf: () => 'none',
  authenticateNode: () => null,
  authenticateSensor: async () => false,
  ownerOfJob: () => undefined,
};
