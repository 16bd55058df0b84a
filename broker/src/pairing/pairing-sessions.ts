import { randomBytes } from 'node:crypto';
import {
  idFromFingerprint,
  MeshdeckError,
  pairingCode,
  pairingCommitment,
  type NodeId,
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
  type PairingSession,
} from './pairing-session.js';
import type { PairingLimits } from '../rate-limits/pairing-limits.js';

interface Peer {
  fingerprint: string;
  address: string;
}

/** First contact, hub's end: `shared/src/pairing-code.ts` has the protocol and where it comes from. */
export interface PairingSessions {
  /** Takes a commitment, answers with a fresh nonce; the machine's earlier attempt ends. */
  start(peer: Peer, start: PairingStart): Promise<PairingStarted>;
  /** @throws MeshdeckError `pairing-failed` where the nonce is not the one committed to; `conflict` where it is too late */
  reveal(peer: Peer, id: string, reveal: PairingReveal): Promise<PairingState>;
  /** Answers when something has changed, at the latest after 20 s, or once `signal` says nobody listens any more. */
  watch(peer: Peer, id: string, signal: AbortSignal): Promise<PairingState>;
  /** The code that a person should see on that machine now. */
  codeOf(nodeId: NodeId): { code: string; expiresAt: number } | null;
  /** @throws MeshdeckError `conflict` where it is not asking, `code-mismatch`; three of those end the attempt */
  approve(nodeId: NodeId, code: string): void;
  reject(nodeId: NodeId): void;
  /** Ends its attempt, as though it had never asked; it may ask again. */
  dismiss(nodeId: NodeId): void;
  stop(): void;
}

export function createPairingSessions(options: {
  hub: { id: string; name: string; fingerprint: string };
  limits: PairingLimits;
  /** The nonce was the right one: a person may see this machine now. */
  onAsking: (session: PairingSession) => Promise<void>;
  /** Its code, or whether it is there, changed. */
  onPresence: (nodeId: NodeId, present: boolean) => void;
  now: () => number;
  logger: Logger;
}): PairingSessions {
  const { hub, now, logger } = options;
  const sessions = new Map<string, PairingSession>();

  const gone = () =>
    new MeshdeckError('conflict', 'The hub does not know this attempt to join any more. Start a new one.');
  const stateOf = ({ state, expiresAt }: PairingSession): PairingState => ({
    state: state === 'committed' ? 'waiting' : state,
    expiresAt,
  });

  function end(session: PairingSession): void {
    clearTimeout(session.expiry);
    clearTimeout(session.absence);
    if (sessions.get(session.nodeId) === session) {
      sessions.delete(session.nodeId);
      if (session.state === 'waiting') options.onPresence(session.nodeId, false);
    }
    tell(session);
  }

  const tell = (session: PairingSession) => [...session.onChange].forEach((listener) => listener());

  function lastFor(session: PairingSession, ms: number): void {
    clearTimeout(session.expiry);
    session.expiresAt = now() + ms;
    session.expiry = setTimeout(() => end(session), ms).unref();
  }

  /** The attempt that is going on; a machine that died within it is still asking until its code expires. */
  function live(nodeId: NodeId): PairingSession | undefined {
    const session = sessions.get(nodeId);
    return session !== undefined && session.expiresAt > now() ? session : undefined;
  }

  function ofPeer(peer: Peer, id: string): PairingSession {
    const session = live(idFromFingerprint(peer.fingerprint));
    if (session?.id !== id) throw gone();
    return session;
  }

  function present(session: PairingSession): void {
    clearTimeout(session.absence);
    session.absence = undefined;
    options.onPresence(session.nodeId, true);
  }

  function absent(session: PairingSession): void {
    if (session.state === 'waiting' && session.watching === 0) options.onPresence(session.nodeId, false);
  }

  return {
    async start(peer, start) {
      const nodeId = idFromFingerprint(peer.fingerprint);
      await options.limits(nodeId, peer.address).catch((error: unknown) => {
        logger.warn({ node: nodeId, address: peer.address }, 'too many attempts at pairing');
        throw error;
      });
      const before = sessions.get(nodeId);
      if (before !== undefined) end(before);
      const session: PairingSession = {
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
      lastFor(session, revealWithinMs);
      sessions.set(nodeId, session);
      return { pairingId: session.id, hubNonce: session.hubNonce, hubId: hub.id, hubName: hub.name };
    },

    async reveal(peer, id, { agentNonce }) {
      const session = ofPeer(peer, id);
      const keys = { agentKey: session.agentKey, hubKey: hub.fingerprint };
      const [commitment, code] = await Promise.all([
        pairingCommitment({ ...keys, agentNonce }),
        pairingCode({ ...keys, agentNonce, hubNonce: session.hubNonce }),
      ]);
      if (sessions.get(session.nodeId) !== session) throw gone();
      if (commitment !== session.start.commitment) {
        logger.warn({ node: session.nodeId, address: peer.address }, 'pairing: commitment broken');
        end(session);
        throw new MeshdeckError(
          'pairing-failed',
          'What this machine shows is not what it committed to, or it sees another hub key than this hub has: somebody may stand between. Nothing was kept.',
        );
      }
      // The same question again, because its answer was lost.
      if (session.state !== 'committed') return stateOf(session);
      session.agentNonce = agentNonce;
      await options.onAsking(session);
      if (sessions.get(session.nodeId) !== session) throw gone();
      session.state = 'waiting';
      session.code = code;
      lastFor(session, codeLastsMs);
      present(session);
      session.absence = setTimeout(() => absent(session), absentAfterMs).unref();
      return stateOf(session);
    },

    async watch(peer, id, signal) {
      const session = ofPeer(peer, id);
      if (session.state !== 'waiting') return stateOf(session);
      session.watching += 1;
      present(session);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, watchMs).unref();
        function done(): void {
          clearTimeout(timer);
          session.onChange.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        }
        session.onChange.add(done);
        signal.addEventListener('abort', done, { once: true });
        if (signal.aborted) done();
      });
      session.watching -= 1;
      if (signal.aborted) absent(session);
      else session.absence = setTimeout(() => absent(session), absentAfterMs).unref();
      if (session.state === 'waiting' && live(session.nodeId) !== session) throw gone();
      return stateOf(session);
    },

    codeOf(nodeId) {
      const session = live(nodeId);
      if (session?.state !== 'waiting' || session.code === null) return null;
      return { code: session.code, expiresAt: session.expiresAt };
    },

    approve(nodeId, code) {
      const session = live(nodeId);
      if (session?.state !== 'waiting') {
        throw new MeshdeckError(
          'conflict',
          'This machine is not asking to join right now. Start meshdeck-node on it again, and compare the new code.',
        );
      }
      if (session.code !== code) {
        session.wrongCodes += 1;
        const over = session.wrongCodes >= mostWrongCodes;
        logger.warn({ node: nodeId, address: session.address, wrongCodes: session.wrongCodes }, 'wrong code');
        if (over) end(session);
        throw new MeshdeckError(
          'code-mismatch',
          'That is not the code of this machine’s present attempt, so it was not let in. If its terminal really shows those digits, somebody stands between it and this hub.' +
            (over ? ' The attempt has ended; the machine shows a new code shortly.' : ''),
        );
      }
      session.state = 'approved';
      logger.info({ node: nodeId, address: session.address }, 'machine approved');
      lastFor(session, answerLastsMs);
      tell(session);
    },

    reject(nodeId) {
      const session = live(nodeId);
      if (session === undefined) return;
      session.state = 'rejected';
      logger.info({ node: nodeId, address: session.address }, 'machine rejected');
      lastFor(session, answerLastsMs);
      tell(session);
    },

    dismiss(nodeId) {
      const session = live(nodeId);
      if (session !== undefined) end(session);
    },

    stop() {
      for (const session of [...sessions.values()]) end(session);
    },
  };
}
