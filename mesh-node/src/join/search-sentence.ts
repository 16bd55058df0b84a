/** Where an agent that has no hub yet is looking. */
export interface Search {
  /** The hub this machine belongs to, where it has one. */
  hubName: string | undefined;
  /** `host:port` of every place that is tried. */
  addresses: readonly string[];
  /** Interfaces searched by mDNS; undefined where that is off, or would not be believed. */
  mdns: readonly { name: string; address: string }[] | undefined;
}

const help = 'name it with --hub HOST, or start this agent with --join and a token from it';

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** One sentence or two for whoever waits: where the hub is looked for, and how to help. */
export function describeSearch({ hubName, addresses, mdns }: Search): string {
  const ways = [
    ...(addresses.length === 0 ? [] : [`at ${listed(addresses)}`]),
    ...(mdns === undefined || mdns.length === 0
      ? []
      : [`by mDNS on ${listed(mdns.map(({ name, address }) => `${name} (${address})`))}`]),
  ];
  const sought = hubName ?? (addresses.length === 0 ? 'a hub' : 'the hub');
  if (ways.length > 0) return `Looking for ${sought} ${listed(ways)}. If it is not found, ${help}.`;
  const why =
    mdns === undefined ? 'searching the network is off (--no-mdns)' : 'no network interface to search is up';
  return `There is nowhere to look for ${sought}: ${why}. To help, ${help}.`;
}
