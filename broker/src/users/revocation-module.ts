import type { HubModule } from '../module.js';
import type { MqttBroker } from '../mqtt/broker.js';
import { keepConnectionsHonest } from './live-connections.js';
import type { People } from './people.js';

/** Ends live connections the moment the rights they were opened by end. */
export function createRevocationModule(parts: {
  people: Pick<People, 'onEnded' | 'isStillIn'>;
  broker: Pick<MqttBroker, 'disconnect'>;
}): HubModule {
  return { name: 'revocation', stop: keepConnectionsHonest(parts) };
}
