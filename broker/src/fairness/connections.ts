import type { Server, Socket } from 'node:net';
import type { LogTally } from './log-tally.js';

/** Open connections of one door. A room is far below; a flood is not. */
export interface ConnectionLimits {
  inAll: number;
  perAddress: number;
  /** Of those that have not said who they are; the oldest of the address that has most goes for one more. */
  strangers: number;
  /** Of one caller that is known; its own oldest goes for one more. */
  perCaller: number;
}

/** What names a connection; the same for a TLS connection and the plain one below it. */
type Peer = Pick<Socket, 'remoteAddress' | 'remotePort'>;

export interface Connections {
  /** Known from now on. `whoever` holds the data folder's token is known too, and may have any number. */
  belongsTo(peer: Peer, caller: string | typeof trusted): void;
}

export const trusted = Symbol('trusted');

/** Null until it is known. */
type Caller = string | typeof trusted | null;

const nameOf = ({ remoteAddress = '', remotePort = 0 }: Peer) => `${remoteAddress} ${remotePort}`;

/** Sockets by somebody, oldest first. */
function createGroups() {
  const groups = new Map<string, Map<string, Socket>>();
  return {
    count: (group: string) => groups.get(group)?.size ?? 0,
    add(group: string, name: string, socket: Socket) {
      const sockets = groups.get(group) ?? new Map<string, Socket>();
      groups.set(group, sockets.set(name, socket));
    },
    remove(group: string, name: string) {
      const sockets = groups.get(group);
      if (sockets?.delete(name) === true && sockets.size === 0) groups.delete(group);
    },
    oldest: (group: string) => groups.get(group)?.values().next().value,
    largest() {
      let largest: { group: string; count: number } = { group: '', count: 0 };
      for (const [group, { size }] of groups) if (size > largest.count) largest = { group, count: size };
      return largest.group;
    },
  };
}

/**
 * Holds a door to its limits. Whoever holds connections without saying who he is loses his oldest to those who come
 * after: so a thousand unfinished requests keep nobody out, not even where all come from one address.
 */
export function limitConnections(
  server: Server,
  options: { limits: ConnectionLimits; door: string; tally: LogTally },
): Connections {
  const { limits, door, tally } = options;
  const open = new Map<string, { socket: Socket; address: string; caller: Caller }>();
  const strangers = createGroups();
  const callers = createGroups();
  const addresses = new Map<string, number>();
  let strangerCount = 0;

  function leave(name: string): void {
    const found = open.get(name);
    if (found === undefined) return;
    open.delete(name);
    const { address, caller } = found;
    const left = (addresses.get(address) ?? 1) - 1;
    if (left === 0) addresses.delete(address);
    else addresses.set(address, left);
    drop(name, address, caller);
  }

  /** Out of the count it is in. */
  function drop(name: string, address: string, caller: Caller): void {
    if (typeof caller === 'string') callers.remove(caller, name);
    if (caller !== null) return;
    strangers.remove(address, name);
    strangerCount -= 1;
  }

  /** Counts as gone at once: its `close` comes a moment later. */
  function end(socket: Socket | undefined, why: string, facts: Record<string, unknown>): void {
    if (socket === undefined) return;
    const name = nameOf(socket);
    tally.note(`connection ended: ${why}`, `${door} ${open.get(name)?.address ?? ''}`, { door, ...facts });
    leave(name);
    socket.destroy();
  }

  server.maxConnections = limits.inAll;
  server.on('drop', () => tally.note('connection refused: too many in all', door, { door }));
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (addresses.get(address) ?? 0) + 1;
    if (count > limits.perAddress) {
      tally.note('connection refused: too many from there', `${door} ${address}`, { door, address });
      socket.destroy();
      return;
    }
    const name = nameOf(socket);
    addresses.set(address, count);
    open.set(name, { socket, address, caller: null });
    strangers.add(address, name, socket);
    strangerCount += 1;
    socket.once('close', () => {
      if (open.get(name)?.socket === socket) leave(name);
    });
    if (strangerCount <= limits.strangers) return;
    const crowd = strangers.largest();
    end(strangers.oldest(crowd), 'too many that have not said who they are', { address: crowd });
  });

  /** Told already: every call says whose its connection is. */
  const told = new WeakMap<Peer, Caller>();

  return {
    belongsTo(peer, caller) {
      if (told.get(peer) === caller) return;
      told.set(peer, caller);
      const name = nameOf(peer);
      const found = open.get(name);
      if (found === undefined || found.caller === caller) return;
      drop(name, found.address, found.caller);
      found.caller = caller;
      if (caller === trusted) return;
      callers.add(caller, name, found.socket);
      if (callers.count(caller) > limits.perCaller) {
        end(callers.oldest(caller), 'too many of one caller', { caller });
      }
    },
  };
}
