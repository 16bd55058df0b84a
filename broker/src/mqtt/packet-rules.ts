import { parseTopic, type Topic } from '@meshdeck/shared';
import type { AedesOptions, AuthenticateError, Client } from 'aedes';
import type { LogTally } from '../fairness/log-tally.js';
import type { Backlog } from './backlog.js';
import { retainedBytes } from './limits.js';
import type { PacketGate } from './packet-gate.js';
import { mayPublish, mayRetain, maySubscribe, type JobOwner, type Membership } from './policies.js';
import { callerOf, type Principal } from './principal.js';
import type { SessionMemory } from './session-memory.js';
import type { SubscriptionLimits } from './subscription-limits.js';

/** Our own are shorter. Names of up to 64 KiB, ten thousand of them, would fill the memory. */
const longestKeptTopic = 200;
const mostKeptTopics = 10_000;

/** CONNACK return code 5, "not authorized" [MQTT-3.2.2.3]. */
const notAuthorized = 5;

export function refusal(message: string): AuthenticateError {
  return Object.assign(new Error(message), { returnCode: notAuthorized });
}

/** A topic's meaning; what has been asked before is known. Null for one that is none of ours. */
export function createTopicNames(): (name: string) => Topic | null {
  const known = new Map<string, Topic | null>();
  return (name) => {
    let topic = known.get(name);
    if (topic === undefined) {
      topic = parseTopic(name);
      if (known.size < mostKeptTopics && name.length <= longestKeptTopic) known.set(name, topic);
    }
    return topic;
  };
}

interface PacketRulesOptions {
  principalOf: (client: Client) => Principal | undefined;
  membershipOf: (principal: Principal) => Membership;
  ownerOfJob: JobOwner;
  topicOf: (name: string) => Topic | null;
  memory: Pick<SessionMemory, 'forgetRetained'>;
  subscriptions: SubscriptionLimits;
  backlog: Backlog;
  tally: LogTally;
}

type Rules = Required<Pick<AedesOptions, 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>>;

/** What each connection may say, ask for and be told, as the broker asks at every packet. */
export function createPacketRules(options: PacketRulesOptions): Rules {
  const { principalOf, membershipOf, ownerOfJob, topicOf, memory, subscriptions, backlog, tally } = options;

  const maySee = (principal: Principal, topic: string): boolean =>
    maySubscribe(principal, topic, membershipOf(principal), ownerOfJob);

  /** What is too large to be kept goes out all the same; then what was kept before it is old. */
  function fitsMemory({ kind }: Principal, packet: { topic: string; payload: string | Buffer }): boolean {
    if (packet.payload.length <= retainedBytes[kind === 'node' ? 'agents' : 'sensors']) return true;
    memory.forgetRetained(packet.topic);
    return false;
  }

  return {
    authorizePublish(client, packet, done) {
      const principal = client === null ? undefined : principalOf(client);
      if (principal === undefined) return done(refusal('unknown client'));
      const topic = topicOf(packet.topic);
      if (!mayPublish(principal, topic, membershipOf(principal))) {
        const caller = callerOf(principal);
        tally.note('mqtt publish refused', caller, { caller, topic: packet.topic.slice(0, 120) });
        return done(refusal('publish not allowed'));
      }
      if (packet.retain) packet.retain = mayRetain(principal, topic) && fitsMemory(principal, packet);
      done(null);
    },
    authorizeSubscribe(client, subscription, done) {
      const principal = principalOf(client);
      const caller = principal === undefined ? 'nobody' : callerOf(principal);
      const { topic } = subscription;
      const allowed =
        principal !== undefined && maySee(principal, topic) && subscriptions.take(client, caller, topic);
      if (!allowed) subscriptions.refuse(client, caller, topic);
      // Null refuses this filter alone, with return code 128 [MQTT-3.9.3-2].
      done(null, allowed ? subscription : null);
    },
    authorizeForward(client, packet) {
      const principal = principalOf(client);
      if (principal === undefined || !maySee(principal, packet.topic)) return null;
      const gate = client.conn as PacketGate;
      if (backlog.hasRoom(gate)) return packet;
      if (!gate.destroyed) {
        const caller = callerOf(principal);
        tally.note('mqtt connection ended: it does not read what it subscribed to', caller, { caller });
        gate.destroy();
      }
      return null;
    },
  };
}
