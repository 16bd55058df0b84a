import { randomBytes } from 'node:crypto';
import {
  idFromFingerprint,
  pairingCode,
  pairingCommitment,
  pairingRevealSchema,
  pairingStartSchema,
  type PairingStart,
  type PairingState,
} from '@meshdeck/shared';

export interface FakeAttempt {
  id: string;
  nodeId: string;
  agentKey: string;
  start: PairingStart;
  hubNonce: string;
  code: string | null;
  state: PairingState['state'];
}

/** The hub's end of first contact, with a person who approves at once or by hand. */
export interface FakePairing {
  attempts: FakeAttempt[];
  approve: (nodeId: string) => void;
  reject: (nodeId: string) => void;
  /** Undefined for what is none of its paths. */
  answer: (call: {
    method: string;
    path: string;
    body: string;
    peer: string;
  }) => Promise<{ status: number; body: unknown } | undefined>;
}

export function createFakePairing(options: {
  hubKey: string;
  isByHand: () => boolean;
  changed: () => void;
}): FakePairing {
  const { hubKey } = options;
  const waiting = new Set<() => void>();
  const expiresAt = Date.now() + 600_000;
  const decide = (nodeId: string, state: PairingState['state']) => {
    for (const attempt of fake.attempts) if (attempt.nodeId === nodeId) attempt.state = state;
    for (const listener of [...waiting]) listener();
  };

  const fake: FakePairing = {
    attempts: [],
    approve: (nodeId) => decide(nodeId, 'approved'),
    reject: (nodeId) => decide(nodeId, 'rejected'),
    async answer({ method, path, body, peer }) {
      const nodeId = idFromFingerprint(peer);
      if (path === '/agent/v1/pairing') {
        const start = pairingStartSchema.parse(JSON.parse(body));
        const attempt: FakeAttempt = {
          id: randomBytes(16).toString('hex'),
          nodeId,
          agentKey: peer,
          start,
          hubNonce: randomBytes(32).toString('hex'),
          code: null,
          state: 'waiting',
        };
        fake.attempts.push(attempt);
        const { id: pairingId, hubNonce } = attempt;
        const answer = { pairingId, hubNonce, hubId: idFromFingerprint(hubKey), hubName: 'Fake hub' };
        return { status: 200, body: answer };
      }
      const id = /^\/agent\/v1\/pairing\/([0-9a-f]{32})/.exec(path)?.[1];
      const attempt = fake.attempts.find((each) => each.id === id);
      if (attempt === undefined) return undefined;
      if (method === 'POST') {
        const { agentNonce } = pairingRevealSchema.parse(JSON.parse(body));
        const keys = { agentKey: peer, hubKey, agentNonce };
        if ((await pairingCommitment(keys)) !== attempt.start.commitment)
          throw new Error('commitment broken');
        attempt.code = await pairingCode({ ...keys, hubNonce: attempt.hubNonce });
        if (!options.isByHand()) fake.approve(nodeId);
        options.changed();
      } else if (attempt.state === 'waiting') {
        await new Promise<void>((resolve) => {
          const done = () => {
            waiting.delete(done);
            resolve();
          };
          waiting.add(done);
          setTimeout(done, 5000).unref();
        });
      }
      return { status: 200, body: { state: attempt.state, expiresAt } };
    },
  };
  return fake;
}
