import type { Server, Socket } from 'node:net';
import type { Logger } from 'pino';
import type { PacketLimits } from './packet-guard.js';

const connectBytes = 16 * 1024;
/** Nothing of ours sends exactly once; who does may have some on their way. */
const unreleased = 20;

/**
 * What each door bears. A machine's reports and log lines come in bursts; a gateway may speak for a whole building's sensors
 * and catch up after an outage; people subscribe and say nothing else.
 */
export const packetLimits: Record<'agents' | 'sensors' | 'people', PacketLimits> = {
  agents: { packetBytes: 1024 * 1024 + 1024, connectBytes, perSecond: 5000, burst: 20_000, unreleased },
  sensors: { packetBytes: 256 * 1024, connectBytes, perSecond: 10_000, burst: 600_000, unreleased },
  people: { packetBytes: 64 * 1024, connectBytes, perSecond: 50, burst: 1000, unreleased },
};

/** Open connections. A room is far below; a flood is not. */
export interface ConnectionLimits {
  inAll: number;
  perAddress: number;
}
export const connectionLimits: ConnectionLimits = { inAll: 4000, perAddress: 1000 };

/** Hangs up on connections beyond the limits, before anything is read of them. */
export function limitConnections(
  server: Server,
  options: { limits?: ConnectionLimits; door: string; logger: Logger },
): void {
  const { limits = connectionLimits, door, logger } = options;
  const open = new Map<string, number>();
  server.maxConnections = limits.inAll;
  server.on('drop', () => logger.warn({ door }, 'connection refused: too many in all'));
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
    if (count <= limits.perAddress) return;
    logger.warn({ door, address, count }, 'connection refused: too many from there');
    socket.destroy();
  });
}
