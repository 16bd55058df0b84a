import { MeshdeckError } from '@meshdeck/shared';
import type { Candidate } from './hub-candidates.js';
import { formatAddress } from './hub-address.js';
import { probeHub, type Probe } from './probe.js';

/** Nobody is there. */
const probeTimeoutMs = 2500;
/**
 * Somebody is there and has much to do: a hub to which a whole room comes back. Whoever calls again sooner makes it do the same
 * twice.
 */
const busyTimeoutMs = 15_000;

/**
 * Asks every candidate at once who it is; the first whose key is the wanted one (any key where none is wanted) wins.
 * @throws MeshdeckError `hub-key-changed` where an address the person or the token named holds another key;
 * `hub-unreachable` otherwise
 */
export async function findHub(options: {
  candidates: readonly Candidate[];
  wantedFingerprint: string | undefined;
  signal: AbortSignal;
}): Promise<Probe> {
  const { candidates, wantedFingerprint } = options;
  const enough = new AbortController();
  const signal = AbortSignal.any([options.signal, enough.signal]);
  const strangers: Candidate[] = [];
  try {
    return await Promise.any(
      candidates.map(async (candidate) => {
        const probe = await probeHub(candidate.address, {
          timeoutMs: probeTimeoutMs,
          busyTimeoutMs,
          signal,
        });
        const fits = wantedFingerprint === undefined || probe.fingerprint === wantedFingerprint;
        if (fits) return probe;
        strangers.push(candidate);
        throw new Error(`${formatAddress(candidate.address)} holds another key`);
      }),
    );
  } catch (cause) {
    const stranger = strangers.find(({ source }) => source !== 'mdns');
    if (stranger !== undefined) {
      throw new MeshdeckError(
        'hub-key-changed',
        `Another key answers at ${formatAddress(stranger.address)}.`,
      );
    }
    const message =
      candidates.length === 0
        ? 'No hub was found on this network yet. Start one with "meshdeck hub", or name it with --hub https://host:port. Still looking.'
        : `No hub answers at ${candidates.map(({ address }) => formatAddress(address)).join(', ')}. Is it running, and on this network? Still trying.`;
    throw new MeshdeckError('hub-unreachable', message, { cause });
  } finally {
    enough.abort();
  }
}
