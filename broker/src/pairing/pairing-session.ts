import type { NodeId, PairingStart } from '@meshdeck/shared';

/** One try of one machine at joining, in memory only: a hub that restarts has forgotten every code. */
export interface PairingSession {
  id: string;
  nodeId: NodeId;
  agentKey: string;
  address: string;
  start: PairingStart;
  hubNonce: string;
  agentNonce: string | null;
  /** `committed` until the nonce is shown, `waiting` for a person then. */
  state: 'committed' | 'waiting' | 'approved' | 'rejected';
  /** Null before the nonce is shown. */
  code: string | null;
  expiresAt: number;
  /** Wrong codes that people gave for it. */
  wrongCodes: number;
  /** Requests of the machine that wait for news. */
  watching: number;
  absence: ReturnType<typeof setTimeout> | undefined;
  expiry: ReturnType<typeof setTimeout> | undefined;
  onChange: Set<() => void>;
}

/** The commitment is answered at once: its nonce follows within this. */
export const revealWithinMs = 30_000;
/** Long enough to walk from one machine to the other. */
export const codeLastsMs = 600_000;
/** How long a machine may come back for the answer it missed. */
export const answerLastsMs = 60_000;
/** A question that is not answered by then is asked again: middleboxes cut silent connections. */
export const watchMs = 20_000;
/** Asking machines ask again at once; silent for longer, they are gone. */
export const absentAfterMs = 5_000;
/** A person mistypes once or twice. */
export const mostWrongCodes = 3;
