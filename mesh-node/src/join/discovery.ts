import { hostname } from 'node:os';
import { hubServiceType, meshdeckVersion, nodeServiceType, type NodeTxt } from '@meshdeck/shared';
import {
  type Announcement,
  createMeshDiscovery,
  type MeshDiscovery,
  readNetworkInterfaces,
} from '@meshdeck/shared/runtime';
import { Bonjour, type ServiceConfig } from 'bonjour-service';
import type { Logger } from 'pino';
import type { Identity } from './identity.js';

/** An agent listens nowhere; SRV wants a port, so it names the discard service's [RFC 863]. */
const noPort = 9;

/** Options of multicast-dns, which bonjour-service passes on though its types do not know them. */
const mdnsSocket = (address: string) =>
  ({ interface: address, bind: '0.0.0.0' }) as unknown as Partial<ServiceConfig>;

/** Announces this machine and hears hubs, on each real interface (or on `insist`). */
export function createAgentDiscovery(options: {
  identity: Identity;
  name: string;
  insist: string | undefined;
  /** Id of the hub this machine belongs to, empty while it has none. */
  hubId: () => string;
  onFound: (announcement: Announcement) => void;
  onGone: (name: string) => void;
  logger: Logger;
}): MeshDiscovery {
  const { identity, logger } = options;
  return createMeshDiscovery({
    listInterfaces: readNetworkInterfaces,
    insist: options.insist,
    openResponder: (address, onError) => new Bonjour(mdnsSocket(address), onError),
    announce: () => ({
      name: identity.nodeId,
      type: nodeServiceType,
      port: noPort,
      txt: {
        id: identity.nodeId,
        fp: identity.fingerprint,
        v: meshdeckVersion,
        name: (options.name || hostname()).slice(0, 60),
        hub: options.hubId(),
      } satisfies NodeTxt,
    }),
    browseType: hubServiceType,
    onFound: options.onFound,
    onGone: options.onGone,
    onTrouble: (interfaceName, error) => logger.warn({ interfaceName, error }, 'mdns trouble'),
  });
}
