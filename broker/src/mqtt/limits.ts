import type { ConnectionLimits } from '../fairness/connections.js';
import type { RateLimit } from '../fairness/rate.js';
import type { PacketLimits } from './packet-scanner.js';

type DoorKind = 'agents' | 'sensors' | 'people';

const connectBytes = 16 * 1024;
/** Nothing of ours sends exactly once; who does may have some on their way. */
const unreleased = 20;
const kib = 1024;
const mib = 1024 * kib;

/** What each door bears of one connection. */
export const packetLimits: Record<DoorKind, PacketLimits> = {
  agents: { packetBytes: mib + kib, connectBytes, unreleased },
  sensors: { packetBytes: 256 * kib, connectBytes, unreleased },
  people: { packetBytes: 16 * kib, connectBytes, unreleased },
};

/**
 * What each door takes of one caller, all its connections together; what comes faster waits with the caller. A machine's
 * reports and log lines come in bursts; a gateway may speak for a whole building's sensors and catch up after an
 * outage; people subscribe and say nothing else.
 */
export const callerRates: Record<DoorKind | 'strangers', { packets: RateLimit; bytes: RateLimit }> = {
  agents: {
    packets: { perSecond: 5000, burst: 20_000 },
    bytes: { perSecond: 8 * mib, burst: 64 * mib },
  },
  sensors: {
    packets: { perSecond: 10_000, burst: 600_000 },
    bytes: { perSecond: 4 * mib, burst: 64 * mib },
  },
  people: {
    packets: { perSecond: 50, burst: 1000 },
    bytes: { perSecond: 16 * kib, burst: 256 * kib },
  },
  strangers: {
    packets: { perSecond: 10, burst: 100 },
    bytes: { perSecond: 16 * kib, burst: 64 * kib },
  },
};

/** Connections of one caller: a machine has one, a gateway a few, a person one for each open page. */
const callers: Record<DoorKind, number> = { agents: 4, sensors: 16, people: 32 };

export const connectionLimits: Record<'agents' | 'sensors', ConnectionLimits> = {
  // A room of a thousand machines comes back at once when its hub does.
  agents: { inAll: 4000, perAddress: 2000, strangers: 1500, perCaller: callers.agents },
  sensors: { inAll: 4000, perAddress: 2000, strangers: 500, perCaller: callers.sensors },
};

/** For saying who one is: a thousand machines that come at once wait for each other. */
export const entryTimeoutMs = 20_000;

/** Pages of one person. */
export const mostPages = callers.people;

/** Subscriptions. A page has one for each thing it shows; a machine and a sensor have one that they may have. */
export const filterLimits = {
  perConnection: 100,
  perCaller: 500,
  /** Refused ones, at once and over time; then the connection ends. */
  refused: { burst: 32, perSecond: 0.2 } satisfies RateLimit,
};

/**
 * What a connection may leave unread of what it subscribed to; past that it ends, since it would miss something. A page comes
 * back and reads the lists anew.
 */
export const backlogLimits: Record<DoorKind, { bytes: number; messages: number }> = {
  agents: { bytes: 16 * mib, messages: 20_000 },
  sensors: { bytes: mib, messages: 2000 },
  people: { bytes: 8 * mib, messages: 5000 },
};
/** All pages of one person together. */
export const callerBacklogBytes = 24 * mib;

/** Of what may be retained: an inventory, a reading. Larger messages go out and are not kept. */
export const retainedBytes: Record<'agents' | 'sensors', number> = { agents: 64 * kib, sensors: 16 * kib };
