import type { Topic } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { createEvents, type EventSource } from '../events.js';
import type { Activity } from '../fairness/activity.js';
import type { HubAddresses } from '../hub-addresses.js';
import type { HubModule } from '../module.js';
import type { People } from '../users/index.js';
import { revokeEndedSessions } from '../users/session-revocation.js';
import { closedAccess } from './access.js';
import { createMqttBroker, type MqttBroker } from './broker.js';
import { createDispatch } from './dispatch.js';
import { mergeAccess, mergeTopics } from './merge-modules.js';
import type { Principal } from './principal.js';

type MqttEvents = { connected: [who: Principal]; disconnected: [who: Principal] };

export interface MqttModule extends HubModule {
  broker: MqttBroker;
  events: EventSource<MqttEvents>;
}

/**
 * The embedded broker. It lets nobody in until it has started: then it knows from the modules who is who, and brings each
 * message to the module that handles its topic.
 */
export async function createMqttModule(options: {
  tls: { key: string; cert: string };
  people: Pick<People, 'onEnded' | 'isStillIn'>;
  activity: Activity;
  addresses: HubAddresses;
  now: () => number;
  logger: Logger;
}): Promise<MqttModule> {
  const { addresses, logger, now } = options;
  const events = createEvents<MqttEvents>({ logger });
  let access = closedAccess;
  let dispatch = (_topic: Topic, _payload: Buffer): void => undefined;
  const broker = await createMqttBroker({
    logger,
    tls: options.tls,
    activity: options.activity,
    membershipOf: (nodeId) => access.membershipOf(nodeId),
    ownerOfJob: (jobId) => access.ownerOfJob(jobId),
    authenticateNode: (fingerprint, clientId, address) =>
      access.authenticateNode(fingerprint, clientId, address),
    authenticateSensor: (sensorId, password) => access.authenticateSensor(sensorId, password),
    onConnect: (who) => events.emit('connected', who),
    onDisconnect: (who) => events.emit('disconnected', who),
    onMessage: (topic, payload) => dispatch(topic, payload),
  });
  const endRevocation = revokeEndedSessions({ people: options.people, broker });
  return {
    name: 'mqtt',
    broker,
    events,
    health: () => [
      { name: 'Machines (MQTT over TLS)', state: 'running', message: `Port ${addresses.ports.mqtt}` },
      { name: 'Sensors (MQTT)', state: 'running', message: `Port ${addresses.ports.sensors}` },
    ],
    start(modules) {
      access = mergeAccess(modules);
      dispatch = createDispatch(mergeTopics(modules), now);
    },
    stop() {
      endRevocation();
      return broker.stop();
    },
  };
}
