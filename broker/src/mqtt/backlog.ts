import type { PacketGate } from './packet-gate.js';

/**
 * Who leaves unread what it subscribed to. The broker hands everything to the connection's buffer, which has no end of its own:
 * a page that reads nothing would fill the memory with what all machines say.
 */
export interface Backlog {
  /** Whether one more message may go to this connection; where not, it should end. */
  hasRoom(gate: PacketGate): boolean;
}

/** Below this a connection's share of its caller's is not looked at. */
const smallBytes = 256 * 1024;

export function createBacklog(options: {
  limitsOf: (gate: PacketGate) => { bytes: number; messages: number };
  /** Of all connections of one caller. */
  callerBytes: number;
  /** The open connections of whoever has this one. */
  siblingsOf: (gate: PacketGate) => Iterable<PacketGate>;
}): Backlog {
  /** Messages that went out since the network stopped taking them: each costs more than its bytes. */
  const behind = new WeakMap<PacketGate, { messages: number }>();

  function messagesBehind(gate: PacketGate): { messages: number } {
    let count = behind.get(gate);
    if (count === undefined) {
      const made = { messages: 0 };
      behind.set(gate, made);
      gate.on('drain', () => (made.messages = 0));
      count = made;
    }
    return count;
  }

  return {
    hasRoom(gate) {
      if (!gate.writableNeedDrain) return true;
      const count = messagesBehind(gate);
      count.messages += 1;
      const limits = options.limitsOf(gate);
      const unsent = gate.unsentBytes;
      if (unsent > limits.bytes || count.messages > limits.messages) return false;
      if (unsent < smallBytes) return true;
      let all = 0;
      for (const sibling of options.siblingsOf(gate)) all += sibling.unsentBytes;
      return all <= options.callerBytes;
    },
  };
}
