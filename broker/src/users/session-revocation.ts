import type { MqttBroker } from '../mqtt/broker.js';
import type { People } from './people.js';

/** Sessions and keys that merely ran out are found by looking this often; what somebody takes away counts at once. */
const lookEveryMs = 15_000;

/** Ends live connections with the rights they were opened by. Returns the disposer. */
export function revokeEndedSessions(options: {
  people: Pick<People, 'onEnded' | 'isStillIn'>;
  broker: Pick<MqttBroker, 'disconnect'>;
}): () => void {
  const { people, broker } = options;
  const stop = people.onEnded((ended) =>
    broker.disconnect((who) => {
      if (who.kind !== 'person') return false;
      if ('personId' in ended) return who.id === ended.personId;
      if ('sessionId' in ended) return who.sessionId === ended.sessionId;
      return who.keyId === ended.keyId;
    }),
  );
  const timer = setInterval(() => {
    broker.disconnect((who) => who.kind === 'person' && !people.isStillIn(who));
  }, lookEveryMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    stop();
  };
}
