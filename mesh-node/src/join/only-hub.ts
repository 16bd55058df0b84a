import { setTimeout as delay } from 'node:timers/promises';
import { MeshdeckError } from '@meshdeck/shared';
import type { Candidate } from './hub-candidates.js';
import { formatAddress } from './hub-address.js';
import { probeHub, type Probe } from './probe.js';

/** Whoever hears an mDNS question answers within 120 ms [RFC 6762 §6]; this leaves time for a busy machine. */
const othersMs = 500;
const probeTimeoutMs = 1000;
/** Named in the sentence; more is nobody's choice to make on a terminal. */
const mostNamed = 8;

function severalHubs(hubs: readonly { name: string | undefined; address: string }[]): MeshdeckError {
  const named = hubs.map(({ name, address }) => (name === undefined ? address : `"${name}" at ${address}`));
  const rest = named.length - mostNamed;
  const list = rest > 0 ? [...named.slice(0, mostNamed), `${rest} more`] : named;
  return new MeshdeckError(
    'several-hubs',
    `Several hubs answer on this network: ${list.slice(0, -1).join(', ')} and ${list.at(-1) ?? ''}. This machine joins none of them by guess. ` +
      `Stop it and start it again with --hub and the address of yours, such as --hub ${hubs[0]?.address ?? 'HOST'}, or with --join and a token from it.`,
  );
}

/**
 * Makes sure that the hub which answered first is the only one in sight: a machine that was told nothing of its hub has no
 * way to tell which of several is meant. Gives the others time to be heard.
 *
 * @param candidates what is known by now, asked again once the time is over
 * @throws MeshdeckError `several-hubs`, naming each
 */
export async function refuseToGuess(options: {
  first: Probe;
  candidates: () => readonly Candidate[];
  signal: AbortSignal;
}): Promise<void> {
  const { first, signal } = options;
  await delay(othersMs, undefined, { signal });
  const known = options.candidates();
  const asked = known.filter(({ announced }) => announced?.fingerprint !== first.fingerprint);
  const probes = await Promise.allSettled(
    asked.map(({ address }) => probeHub(address, { timeoutMs: probeTimeoutMs, signal })),
  );
  signal.throwIfAborted();
  // What is only announced and does not answer, or proves to be the same hub, is no other.
  const found = [first, ...probes.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))];
  const hubs = new Map<string, { name: string | undefined; address: string }>();
  for (const probe of found) {
    const address = formatAddress(probe.address);
    const name = known.find((one) => formatAddress(one.address) === address)?.announced?.name;
    if (!hubs.has(probe.fingerprint)) hubs.set(probe.fingerprint, { name, address });
  }
  if (hubs.size < 2) return;
  throw severalHubs([...hubs.values()].sort((a, b) => (a.address < b.address ? -1 : 1)));
}
