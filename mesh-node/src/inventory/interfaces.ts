import type { Inventory } from '@meshdeck/shared';
import { readNetworkInterfaces } from '@meshdeck/shared/runtime';

type Interface = Inventory['interfaces'][number];

/** Real ones first, since a host of containers may have more links than the message holds. */
const order = ['ethernet', 'wifi', 'unknown', 'virtual', 'bridge', 'tunnel'];

/** Interfaces with an address, loopback left out; IPv6 link-local addresses too. */
export function listInterfaces(
  kinds: ReadonlyMap<string, string>,
  found: ReturnType<typeof readNetworkInterfaces> = readNetworkInterfaces(),
): Interface[] {
  const listed = Object.entries(found).flatMap(([name, entries = []]): Interface[] => {
    const [first] = entries;
    if (first === undefined || first.internal) return [];
    const addresses = entries
      .filter((entry) => !entry.address.startsWith('fe80:'))
      .map((entry) => entry.address)
      .slice(0, 32);
    return [{ name, mac: first.mac, addresses, kind: kinds.get(name) ?? 'unknown' }];
  });
  return listed.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)).slice(0, 64);
}
