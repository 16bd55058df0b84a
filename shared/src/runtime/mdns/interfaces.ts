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
