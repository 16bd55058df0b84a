import { formatNetworkPlace, internetPorts, type NetworkPlace } from '@meshdeck/shared';
import type { AddressPlace } from './address.js';

/** What a job reaches of the network: servers of the internet, or these places and no other. */
export type NetworkReach = 'internet' | readonly NetworkPlace[];

/** Why a job may not ask for this name and port, in a sentence; null where it may. A port of null asks for the name alone. */
export function objectionToPlace(reach: NetworkReach, host: string, port: number | null): string | null {
  if (reach === 'internet') {
    if (port === null || internetPorts.some((each) => each === port)) return null;
    return `"needs.network": true does not reach port ${port} of ${host}. Name it in meshdeck.json: "network": ["${formatNetworkPlace({ host, port })}"].`;
  }
  if (reach.some((place) => place.host === host && (port === null || place.port === port))) return null;
  const wanted = port === null ? host : formatNetworkPlace({ host, port });
  return `${wanted} is not among the places that needs.network of meshdeck.json names.`;
}

const named = (host: string, port: number | null) =>
  port === null ? `${host}:PORT` : formatNetworkPlace({ host, port });

/** Why a connection to this address is refused, though its name is allowed, in a sentence; null where it is not. */
export function objectionToAddress(
  reach: NetworkReach,
  { host, port }: { host: string; port: number | null },
  place: AddressPlace,
): string | null {
  switch (place) {
    case 'internet':
      return null;
    case 'local-network':
      return reach === 'internet'
        ? `${host} is on this network and not on the internet. Name it in meshdeck.json: "network": ["${named(host, port)}"].`
        : null;
    case 'machine':
      return `${host} is the machine this job runs on, of which it reaches nothing.`;
    case 'link':
      return `${host} is an address of this machine's own link, which no job reaches.`;
    case 'nowhere':
      return `${host} has no address that a job reaches.`;
  }
}
