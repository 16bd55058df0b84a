import type { ConnectionLimits } from '../fairness/connections.js';

/** A browser has six connections and its live one; a program that asks for much at once, some tens. */
const perCaller = 128;

/** Open connections at people's doors. */
export const peopleConnections: Record<'loopback' | 'network', ConnectionLimits> = {
  // All programs of this computer share one address.
  loopback: { inAll: 2000, perAddress: 2000, strangers: 200, perCaller },
  // Everybody behind one address translator, with six connections and live data each.
  network: { inAll: 2000, perAddress: 300, strangers: 200, perCaller },
};

/** At the machines' door for files: a machine fetches and delivers a few at a time. */
export const agentConnections: ConnectionLimits = {
  inAll: 4000,
  perAddress: 2000,
  strangers: 1500,
  perCaller: 64,
};

/** A request line with its headers takes a moment; the next one on an open connection may be a while. */
export const serverTimes = {
  headersTimeout: 10_000,
  /** Unfinished requests are looked for this often. */
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 72_000,
} as const;

/** A body that is JSON comes in one go. */
export const bodyTimeoutMs = 20_000;
