import { MeshdeckError } from '@meshdeck/shared';
import { type InterfaceAddress, readNetworkInterfaces, selectInterfaces } from '@meshdeck/shared/runtime';
import { isNamed, type HubConfig } from './config/index.js';

type Interfaces = Readonly<Record<string, readonly InterfaceAddress[] | undefined>>;

const wildcards: ReadonlySet<string> = new Set(['0.0.0.0', '::', '']);

/** Where machines, sensors and people are listened for: an admin who insists on one interface means that one only. */
export function lanAddress(config: HubConfig, interfaces: Interfaces = readNetworkInterfaces()): string {
  if (config.interface === undefined || isNamed(config, 'lanHost')) return config.lanHost;
  return selectInterfaces(interfaces, config.interface)[0]?.address ?? config.lanHost;
}

/** Addresses at which others reach this hub, most likely first: the one it is bound to, or one of each real interface. */
export function lanAddresses(config: HubConfig, interfaces: Interfaces = readNetworkInterfaces()): string[] {
  const bound = lanAddress(config, interfaces);
  if (!wildcards.has(bound)) return [bound];
  return selectInterfaces(interfaces, config.interface).map(({ address }) => address);
}

/** An address as it stands in a URL [RFC 3986 §3.2.2]. */
export const urlHost = (address: string): string => (address.includes(':') ? `[${address}]` : address);

/** `host:port` of a listener at each of those addresses. */
export function hubAddresses(
  config: HubConfig,
  port: number,
  interfaces: Interfaces = readNetworkInterfaces(),
): string[] {
  return lanAddresses(config, interfaces).map((address) => `${urlHost(address)}:${port}`);
}

/**
 * The one interface to announce the hub on, undefined for every real one. Machines take the address from where the
 * answer came from, so a hub that listens on one address is announced from that one.
 */
export function announcedOn(
  config: HubConfig,
  interfaces: Interfaces = readNetworkInterfaces(),
): string | undefined {
  const bound = lanAddress(config, interfaces);
  return wildcards.has(bound) ? config.interface : bound;
}

/** Names of the interfaces that have this address or are called so. */
const interfacesOf = (interfaces: Interfaces, wanted: string): string[] =>
  Object.entries(interfaces).flatMap(([name, entries = []]) =>
    name === wanted || entries.some(({ address }) => address === wanted) ? [name] : [],
  );

/**
 * Refuses to be found on one interface and to listen on another: nobody who found the hub would reach it. An address that
 * no interface lists (127.0.0.2, one that moves between machines) is taken at its word.
 * @throws MeshdeckError `invalid-config`
 */
export function refuseDeafInterface(
  config: HubConfig,
  interfaces: Interfaces = readNetworkInterfaces(),
): void {
  const bound = lanAddress(config, interfaces);
  if (config.interface === undefined || wildcards.has(bound)) return;
  const listening = interfacesOf(interfaces, bound);
  const found = interfacesOf(interfaces, config.interface);
  if (listening.length === 0 || listening.some((name) => found.includes(name))) return;
  throw new MeshdeckError(
    'invalid-config',
    `The hub would be found on ${config.interface} (--interface) and listen on ${bound} only (--lan-host), where machines that found it do not reach it. Leave one of the two out.`,
  );
}
