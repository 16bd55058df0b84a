import { randomBytes } from 'node:crypto';
import {
  idFromFingerprint,
  MeshdeckError,
  pairingCode,
  pairingCommitment,
  type PairingReveal,
  type PairingStart,
  type PairingStarted,
  type PairingState,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import {
  absentAfterMs,
  answerLastsMs,
  codeLastsMs,
  mostWrongCodes,
  revealWithinMs,
  watchMs,
  type Attempt,
} from './attempt.js';
import type { AttemptLimits } from './attempt-limits.js';

interface Peer {
  fingerprint: string;
  address: string;
}

/** First contact, hub's end: `shared/src/pairing-code.ts` has the protocol and where it comes from. */
export interface PairingAttempts {
  /** Takes a commitment, answers with a fresh nonce; the machine's earlier attempt ends. */
  start(peer: Peer, start: PairingStart): Promise<PairingStarted>;
  /** @throws MeshdeckError `pairing-failed` where the nonce is not the one committed to; `conflict` where it is too late */
  reveal(peer: Peer, id: string, reveal: PairingReveal): Promise<PairingState>;
  /** Answers when something has changed, at the latest after 20 s, or once `signal` says nobody listens any more. */
  watch(peer: Peer, id: string, signal: AbortSignal): Promise<PairingState>;
  /** The code that a person should see on that machine now. */
  codeOf(nodeId: string): { code: string; expiresAt: number } | null;
  /** @throws MeshdeckError `conflict` where it is not asking, `code-mismatch`; three of those end the attempt */
  approve(nodeId: string, code: string): void;
  reject(nodeId: string): void;
  /** Ends its attempt, as though it had never asked; it may ask again. */
  dismiss(nodeId: string): void;
  stop(): void;
}

export function createPairingAttempts(options: {
  hub: { id: string; name: string; fingerprint: string };
  limits: AttemptLimits;
  /** The nonce was the right one: a person may see this machine now. */
  onAsking: (attempt: Attempt) => Promise<void>;
  /** Its code, or whether it is there, changed. */
  onPresence: (nodeId: string, present: boolean) => void;
  now: () => number;
  logger: Logger;
}): PairingAttempts {
  const { hub, now, logger } = options;
  const attempts = new Map<string, Attempt>();

  const gone = () =>
    new MeshdeckError('conflict', 'The hub does not know this attempt to join any more. Start a new one.');
  const stateOf = ({ state, expiresAt }: Attempt): PairingState => ({
    state: state === 'committed' ? 'waiting' : state,
    expiresAt,
  });

  function end(attempt: Attempt): void {
    clearTimeout(attempt.expiry);
    clearTimeout(attempt.absence);
    if (attempts.get(attempt.nodeId) === attempt) {
      attempts.delete(attempt.nodeId);
      if (attempt.state === 'waiting') options.onPresence(attempt.nodeId, false);
    }
    tell(attempt);
  }

  const tell = (attempt: Attempt) => [...attempt.onChange].forEach((listener) => listener());

  function lastFor(attempt: Attempt, ms: number): void {
    clearTimeout(attempt.expiry);
    attempt.expiresAt = now() + ms;
    attempt.expiry = setTimeout(() => end(attempt), ms).unref();
  }

  /** The attempt that is going on; a machine that died within it is still asking until its code expires. */
  function live(nodeId: string): Attempt | undefined {
    const attempt = attempts.get(nodeId);
    return attempt !== undefined && attempt.expiresAt > now() ? attempt : undefined;
  }

  function ofPeer(peer: Peer, id: string): Attempt {
    const attempt = live(idFromFingerprint(peer.fingerprint));
    if (attempt?.id !== id) throw gone();
    return attempt;
  }

  function present(attempt: Attempt): void {
    clearTimeout(attempt.absence);
    attempt.absence = undefined;
    options.onPresence(attempt.nodeId, true);
  }

  function absent(attempt: Attempt): void {
    if (attempt.state === 'waiting' && attempt.watching === 0) options.onPresence(attempt.nodeId, false);
  }

  return {
    async start(peer, start) {
      const nodeId = idFromFingerprint(peer.fingerprint);
      await options.limits(nodeId, peer.address).catch((error: unknown) => {
        logger.warn({ node: nodeId, address: peer.address }, 'too many attempts at pairing');
        throw error;
      });
      const before = attempts.get(nodeId);
      if (before !== undefined) end(before);
      const attempt: Attempt = {
        id: randomBytes(16).toString('hex'),
        nodeId,
        agentKey: peer.fingerprint,
        address: peer.address,
        start,
        hubNonce: randomBytes(32).toString('hex'),
        agentNonce: null,
        state: 'committed',
        code: null,
        expiresAt: 0,
        wrongCodes: 0,
        watching: 0,
        absence: undefined,
        expiry: undefined,
        onChange: new Set(),
      };
      lastFor(attempt, revealWithinMs);
      attempts.set(nodeId, attempt);
      return { pairingId: attempt.id, hubNonce: attempt.hubNonce, hubId: hub.id, hubName: hub.name };
    },

    async reveal(peer, id, { agentNonce }) {
      const attempt = ofPeer(peer, id);
      const keys = { agentKey: attempt.agentKey, hubKey: hub.fingerprint };
      const [commitment, code] = await Promise.all([
        pairingCommitment({ ...keys, agentNonce }),
        pairingCode({ ...keys, agentNonce, hubNonce: attempt.hubNonce }),
      ]);
      if (attempts.get(attempt.nodeId) !== attempt) throw gone();
      if (commitment !== attempt.start.commitment) {
        logger.warn({ node: attempt.nodeId, address: peer.address }, 'pairing: commitment broken');
        end(attempt);
        throw new MeshdeckError(
          'pairing-failed',
          'What this machine shows is not what it committed to, or it sees another hub key than this hub has: somebody may stand between. Nothing was kept.',
        );
      }
      // The same question again, because its answer was lost.
      if (attempt.state !== 'committed') return stateOf(attempt);
      attempt.agentNonce = agentNonce;
      await options.onAsking(attempt);
      if (attempts.get(attempt.nodeId) !== attempt) throw gone();
      attempt.state = 'waiting';
      attempt.code = code;
      lastFor(attempt, codeLastsMs);
      present(attempt);
      attempt.absence = setTimeout(() => absent(attempt), absentAfterMs).unref();
      return stateOf(attempt);
    },

    async watch(peer, id, signal) {
      const attempt = ofPeer(peer, id);
      if (attempt.state !== 'waiting') return stateOf(attempt);
      attempt.watching += 1;
      present(attempt);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, watchMs).unref();
        function done(): void {
          clearTimeout(timer);
          attempt.onChange.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        }
        attempt.onChange.add(done);
        signal.addEventListener('abort', done, { once: true });
        if (signal.aborted) done();
      });
      attempt.watching -= 1;
      if (signal.aborted) absent(attempt);
      else attempt.absence = setTimeout(() => absent(attempt), absentAfterMs).unref();
      if (attempt.state === 'waiting' && live(attempt.nodeId) !== attempt) throw gone();
      return stateOf(attempt);
    },

    codeOf(nodeId) {
      const attempt = live(nodeId);
      if (attempt?.state !== 'waiting' || attempt.code === null) return null;
      return { code: attempt.code, expiresAt: attempt.expiresAt };
    },

    approve(nodeId, code) {
      const attempt = live(nodeId);
      if (attempt?.state !== 'waiting') {
        throw new MeshdeckError(
          'conflict',
          'This machine is not asking to join right now. Start meshdeck-node on it again, and compare the new code.',
        );
      }
      if (attempt.code !== code) {
        attempt.wrongCodes += 1;
        const over = attempt.wrongCodes >= mostWrongCodes;
        logger.warn({ node: nodeId, address: attempt.address, wrongCodes: attempt.wrongCodes }, 'wrong code');
        if (over) end(attempt);
        throw new MeshdeckError(
          'code-mismatch',
          'That is not the code of this machine’s present attempt, so it was not let in. If its terminal really shows those digits, somebody stands between it and this hub.' +
            (over ? ' The attempt has ended; the machine shows a new code shortly.' : ''),
        );
      }
      attempt.state = 'approved';
      logger.info({ node: nodeId, address: attempt.address }, 'machine approved');
      lastFor(attempt, answerLastsMs);
      tell(attempt);
    },

    reject(nodeId) {
      const attempt = live(nodeId);
      if (attempt === undefined) return;
      attempt.state = 'rejected';
      logger.info({ node: nodeId, address: attempt.address }, 'machine rejected');
      lastFor(attempt, answerLastsMs);
      tell(attempt);
    },

    dismiss(nodeId) {
      const attempt = live(nodeId);
      if (attempt !== undefined) end(attempt);
    },

    stop() {
      for (const attempt of [...attempts.values()]) end(attempt);
    },
  };
}
