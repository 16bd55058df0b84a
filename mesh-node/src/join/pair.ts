import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  idFromFingerprint,
  MeshdeckError,
  pairingCode,
  pairingCommitment,
  pairingStartedSchema,
  pairingStateSchema,
  type PairingStart,
  type PairingState,
} from '@meshdeck/shared';
import { callHub } from './call-hub.js';
import type { Identity } from './identity.js';
import type { Probe } from './probe.js';
import type { TrustedTls } from './trusted-tls.js';

/** A code to show to people. */
export interface Waiting {
  code: string;
  hubId: string;
  hubName: string;
}

export interface PairingOptions {
  identity: Identity;
  /** Who answered; its key is the one in the transcript, and the only one that `tls` accepts. */
  hub: Probe;
  tls: TrustedTls;
  machine: Omit<PairingStart, 'commitment'>;
  onWaiting: (waiting: Waiting) => void;
  /** Asks a person at this end whether the codes are the same; undefined where there is none to ask. */
  confirm: ((waiting: Waiting, signal: AbortSignal) => Promise<boolean>) | undefined;
  signal: AbortSignal;
}

/** The hub answers within 20 s, changed or not. */
const watchTimeoutMs = 30_000;
/** A network that comes back within this finds the attempt still going on. */
const patienceMs = 30_000;

/**
 * First contact, the agent's end (the protocol is in `shared/src/pairing-code.ts`): resolves once a person has let this
 * machine in. Nothing but the pairing messages is sent.
 * @throws MeshdeckError `forbidden` where it was rejected, `code-mismatch` where the person at this end says no,
 * `pairing-failed`, `too-many-requests`, `identity-cloned`, `hub-unreachable`
 */
export async function pairWithHub(options: PairingOptions): Promise<Waiting> {
  const { identity, hub, tls, machine } = options;
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const where = { address: hub.address, tls, signal };
  const keys = { agentKey: identity.fingerprint, hubKey: hub.fingerprint };
  const agentNonce = randomBytes(32).toString('hex');
  try {
    const started = await callHub({
      ...where,
      method: 'POST',
      path: '/agent/v1/pairing',
      json: { ...machine, commitment: await pairingCommitment({ ...keys, agentNonce }) },
      answer: pairingStartedSchema,
      timeoutMs: 5000,
    });
    const { pairingId, hubNonce, hubId } = started;
    const hubName = plain(started.hubName);
    if (hubId !== idFromFingerprint(hub.fingerprint)) {
      throw new MeshdeckError(
        'pairing-failed',
        'The server that answers uses another hub’s id. Nothing was sent to it.',
      );
    }
    await callHub({
      ...where,
      method: 'POST',
      path: `/agent/v1/pairing/${pairingId}/reveal`,
      json: { agentNonce },
      answer: pairingStateSchema,
      timeoutMs: 5000,
    });
    const code = await pairingCode({ ...keys, agentNonce, hubNonce });
    const waiting: Waiting = { code, hubId, hubName };
    options.onWaiting(waiting);
    const confirmed = options.confirm?.(waiting, signal) ?? Promise.resolve(true);
    // Whichever end says no first ends it; only both say yes.
    await Promise.all([confirmed.then((yes) => demand(yes, hubName)), decision(pairingId, where, hubName)]);
    return waiting;
  } finally {
    ended.abort();
  }
}

/** Whoever answers chose this name: it must not draw on the terminal. */
const plain = (name: string) => name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').slice(0, 80);

function demand(yes: boolean, hubName: string): void {
  if (yes) return;
  throw new MeshdeckError(
    'code-mismatch',
    `This machine did not join: the codes are not the same. Somebody may stand between it and "${hubName}". Tell the hub's admin, and join with a token from there.`,
  );
}

async function decision(
  pairingId: string,
  where: { address: Probe['address']; tls: TrustedTls; signal: AbortSignal },
  hubName: string,
): Promise<void> {
  let heardAt = Date.now();
  for (;;) {
    let state: PairingState['state'] = 'waiting';
    try {
      const path = `/agent/v1/pairing/${pairingId}`;
      const asked = { ...where, method: 'GET', path, answer: pairingStateSchema } as const;
      ({ state } = await callHub({ ...asked, timeoutMs: watchTimeoutMs }));
      heardAt = Date.now();
    } catch (error) {
      where.signal.throwIfAborted();
      const away = error instanceof MeshdeckError && error.code === 'hub-unreachable';
      if (!away || Date.now() - heardAt > patienceMs) throw error;
      await wait(1000, undefined, { signal: where.signal });
    }
    if (state === 'approved') return;
    if (state === 'rejected') {
      throw new MeshdeckError('forbidden', `${hubName} has turned this machine away. Ask its admin.`);
    }
  }
}
