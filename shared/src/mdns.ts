import * as z from 'zod';
import { factSchema, nodeIdSchema, sha256Schema } from './ids.js';

/** mDNS service types [RFC 6763 §7], as bonjour-service spells them: `_meshdeck._tcp`, `_meshdeck-node._tcp`. */
export const hubServiceType = 'meshdeck';
export const nodeServiceType = 'meshdeck-node';

const port = z.coerce.number().int().min(1).max(65_535);

/** TXT record of a hub. The address comes from where the answer came from; none of it is trusted. */
export const hubTxtSchema = z.object({
  id: nodeIdSchema,
  fp: sha256Schema,
  v: factSchema(40),
  name: factSchema(120),
  tls: port,
  mqtt: port,
});
export type HubTxt = z.infer<typeof hubTxtSchema>;

/** TXT record of an agent. `hub` is the id of the hub it belongs to, empty while it has none. */
export const nodeTxtSchema = z.object({
  id: nodeIdSchema,
  fp: sha256Schema,
  v: factSchema(40),
  name: factSchema(120),
  hub: z.union([nodeIdSchema, z.literal('')]),
});
export type NodeTxt = z.infer<typeof nodeTxtSchema>;

/** What Node's `os.networkInterfaces()` tells of one address. */
export interface InterfaceAddress {
  address: string;
  family: string;
  internal: boolean;
  mac: string;
}

/** Bridges of container engines and hypervisors, tunnels and VPNs: nobody's LAN. */
const virtualInterface =
  /^(docker|br-[0-9a-f]{6,}|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|cali|podman|tun|tap|wg|tailscale|zt|utun|ipsec|ppp|awdl|llw|nordlynx|vEthernet|isatap|teredo)/i;

/**
 * IPv4 addresses of the real, up interfaces, one each, for one mDNS responder per interface.
 * `insist` (an address or an interface name) overrules the choice, loopback included; unknown gives [].
 */
export function selectInterfaces(
  interfaces: Readonly<Record<string, readonly InterfaceAddress[] | undefined>>,
  insist?: string,
): { name: string; address: string }[] {
  const all = Object.entries(interfaces).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter((entry) => entry.family === 'IPv4')
      .map((entry) => ({ name, address: entry.address, internal: entry.internal })),
  );
  const pick = ({ name, address }: { name: string; address: string }) => ({ name, address });
  if (insist !== undefined) {
    return all.filter((entry) => entry.address === insist || entry.name === insist).map(pick);
  }
  const real = all.filter((entry) => !entry.internal && !virtualInterface.test(entry.name));
  const seen = new Set<string>();
  return real.filter(({ name }) => !seen.has(name) && seen.add(name)).map(pick);
}
