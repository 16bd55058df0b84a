import { isIP } from 'node:net';
import { internetPorts } from '@meshdeck/shared';
import type { DoorWishes } from './door-program.js';
import type { NetworkReach } from './reach.js';

/** What a door offers inside, without the agent's end of it. */
export type DoorPlan = Omit<DoorWishes, 'socket' | 'ip'>;

/** A job's names and places: each name an address of the loopback interface, and its ports there. */
export function planFor(reach: NetworkReach): DoorPlan {
  if (reach === 'internet') return { listen: [], names: {}, ports: internetPorts, addresses: [] };
  const plan: DoorPlan = { listen: [], names: {}, ports: null, addresses: [] };
  for (const { host, port } of reach) {
    const isAddress = isIP(host) !== 0;
    if (isAddress && !plan.addresses.includes(host)) plan.addresses.push(host);
    // 127.77.0.1 on: one for each of the names, of which a manifest has no more than fit.
    const address = isAddress
      ? host
      : (plan.names[host] ??= `127.77.0.${Object.keys(plan.names).length + 1}`);
    plan.listen.push({ address, port, host, hostPort: port });
  }
  return plan;
}
