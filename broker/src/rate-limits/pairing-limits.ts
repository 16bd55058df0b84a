import { MeshdeckError, type NodeId } from '@meshdeck/shared';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Throws MeshdeckError `too-many-requests` once a machine, an address or everybody together has tried too often. */
export type PairingLimits = (nodeId: NodeId, address: string) => Promise<void>;

const windowSeconds = 600;
/** An agent asks anew every ten minutes; a person restarts it a few times. */
const mostPerMachine = 10;
/** A room behind one router, or many agents on one machine. */
const mostPerAddress = 100;
/** The first attempts of an address come out of a share of their own, which addresses that go on asking cannot use up. */
const firstOfAddress = 4;
/**
 * Every attempt is one chance in a million to meet a given code, so in ten minutes whoever stands between has at most
 * 600 in a million, however many keys and addresses he has.
 */
const [mostFirst, mostOthers] = [400, 200];

/** Counts attempts at pairing in windows of ten minutes. */
export function createPairingLimits(): PairingLimits {
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: windowSeconds });
  const perMachine = limiter(mostPerMachine);
  const perAddress = limiter(mostPerAddress);
  const firstInAll = limiter(mostFirst);
  const othersInAll = limiter(mostOthers);

  /** Which attempt it is in this window, from 1. */
  async function take(limit: RateLimiterMemory, key: string, who: string): Promise<number> {
    try {
      return (await limit.consume(key)).consumedPoints;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const seconds = Math.ceil((refusal.msBeforeNext ?? 0) / 1000);
      throw new MeshdeckError(
        'too-many-requests',
        `${who} has asked to join too often. It may try again in ${seconds} s; a join token works at once.`,
      );
    }
  }

  return async (nodeId, address) => {
    await take(perMachine, nodeId, 'This machine');
    const asked = await take(perAddress, address, 'Somebody at this address');
    if (asked <= firstOfAddress) await take(firstInAll, 'all', 'The network');
    else await take(othersInAll, 'all', 'The network');
  };
}
