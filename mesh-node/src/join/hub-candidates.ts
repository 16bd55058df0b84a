import { hubTxtSchema, idFromFingerprint, type Announcement } from '@meshdeck/shared';
import { formatAddress, parseAddress, type HubAddress } from './hub-address.js';

/** An address worth trying, and who named it. */
export interface Candidate {
  address: HubAddress;
  source: 'flag' | 'token' | 'last' | 'mdns';
  /** What a hub says of itself by mDNS: a stranger's word, for people to read. */
  announced?: { fingerprint: string; name: string };
}

/** Every place the hub may be, from flags, token, memory and mDNS. */
export interface HubCandidates {
  /** An mDNS record came in. Gives true where it names an address that was not known. */
  heard: (announcement: Announcement) => boolean;
  gone: (name: string) => void;
  /** What to try: for a machine that knows its hub's key, announced addresses of that hub only. */
  candidates: (hub: {
    wantedFingerprint: string | undefined;
    lastAddresses: readonly string[];
  }) => Candidate[];
}

export function createHubCandidates(options: {
  flag: HubAddress | undefined;
  token: readonly HubAddress[];
}): HubCandidates {
  const announced = new Map<string, { fingerprint: string; name: string; address: HubAddress }>();

  return {
    heard({ name, address, txt }) {
      const parsed = hubTxtSchema.safeParse(txt);
      if (!parsed.success || idFromFingerprint(parsed.data.fp) !== parsed.data.id) return false;
      const key = `${name} ${address}`;
      const before = announced.get(key);
      const hub = { host: address, port: parsed.data.tls };
      announced.set(key, { fingerprint: parsed.data.fp, name: parsed.data.name, address: hub });
      // Anyone on the network may announce anything: keep the newest.
      if (announced.size > 200) announced.delete(announced.keys().next().value ?? key);
      return before === undefined || formatAddress(before.address) !== formatAddress(hub);
    },

    gone(name) {
      for (const key of announced.keys()) if (key.startsWith(`${name} `)) announced.delete(key);
    },

    candidates({ wantedFingerprint, lastAddresses }) {
      const heard = [...announced.values()].reverse();
      const all: Candidate[] = [
        ...heard
          .filter((entry) => wantedFingerprint === undefined || entry.fingerprint === wantedFingerprint)
          .map(({ address, fingerprint, name: hubName }): Candidate => ({
            address,
            source: 'mdns',
            announced: { fingerprint, name: hubName },
          })),
        ...(options.flag === undefined
          ? []
          : [{ address: options.flag, source: 'flag' } satisfies Candidate]),
        ...lastAddresses.map((text): Candidate => ({ address: parseAddress(text), source: 'last' })),
        ...options.token.map((address): Candidate => ({ address, source: 'token' })),
      ];
      // A person who named a hub and has none yet means that one and no other.
      const meant =
        wantedFingerprint === undefined && options.flag !== undefined
          ? all.filter((c) => c.source === 'flag')
          : all;
      const seen = new Set<string>();
      return meant.filter(({ address }) => {
        const text = formatAddress(address);
        return !seen.has(text) && seen.add(text);
      });
    },
  };
}
