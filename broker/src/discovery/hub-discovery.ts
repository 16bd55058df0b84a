import { isDeepStrictEqual } from 'node:util';
import { hubServiceType, nodeServiceType, nodeTxtSchema, type HubTxt, type NodeId } from '@meshdeck/shared';
import { createMeshDiscovery, type MeshDiscovery, readNetworkInterfaces } from '@meshdeck/shared/runtime';
import Bonjour from 'bonjour-service';
import type { Logger } from 'pino';

/** An agent that announces itself on the network; what it says of itself proves nothing. */
export interface SeenNode {
  id: string;
  fingerprint: string;
  name: string;
  version: string;
  address: string;
  firstSeenAt: number;
}

export interface HubDiscovery extends MeshDiscovery {
  seen(): SeenNode[];
}

/** More strangers than any room holds; past this somebody floods the network. */
const maxSeen = 1000;

/** Announces the hub by mDNS on each real interface, and keeps the list of agents in sight. */
export function createHubDiscovery(options: {
  insist: string | undefined;
  txt: () => HubTxt;
  seenChanged: (nodeId: NodeId) => void;
  seenGone: (nodeId: NodeId) => void;
  now: () => number;
  logger: Logger;
}): HubDiscovery {
  const seen = new Map<string, SeenNode>();
  const discovery = createMeshDiscovery({
    listInterfaces: readNetworkInterfaces,
    insist: options.insist,
    openResponder: (address, onError) =>
      new Bonjour({ interface: address, bind: '0.0.0.0' } as object, onError),
    announce: () => {
      const txt = options.txt();
      return {
        name: txt.id,
        type: hubServiceType,
        port: txt.tls,
        txt: Object.fromEntries(Object.entries(txt).map(([key, value]) => [key, String(value)])),
      };
    },
    browseType: nodeServiceType,
    onFound: ({ name, address, txt }) => {
      const parsed = nodeTxtSchema.safeParse(txt);
      if (!parsed.success || parsed.data.id !== name || (seen.size >= maxSeen && !seen.has(name))) return;
      const { id, fp, v } = parsed.data;
      const before = seen.get(id);
      const firstSeenAt = before?.firstSeenAt ?? options.now();
      const now = { id, fingerprint: fp, name: parsed.data.name, version: v, address, firstSeenAt };
      seen.set(id, now);
      // Every answer to every question comes by here.
      if (!isDeepStrictEqual(before, now)) options.seenChanged(id);
    },
    onGone: (name) => {
      if (seen.delete(name)) options.seenGone(name);
    },
    onTrouble: (interfaceName, error) =>
      options.logger.warn({ interface: interfaceName, error: String(error) }, 'mdns trouble'),
  });
  return { ...discovery, seen: () => [...seen.values()] };
}
