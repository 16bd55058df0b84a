import {
  MeshdeckError,
  meshdeckVersion,
  type HelloRequest,
  type HelloResponse,
  type JoinToken,
} from '@meshdeck/shared';
import type { HubCandidates } from './hub-candidates.js';
import { findHub } from './find-hub.js';
import { platform, sayHello } from './hello.js';
import { formatAddress, type HubAddress } from './hub-address.js';
import type { HubPin, HubPinStore } from './hub-pin.js';
import type { Identity } from './identity.js';
import { refuseToGuess } from './only-hub.js';
import { pairWithHub, type PairingOptions } from './pair.js';
import type { Probe } from './probe.js';
import { trustedTls, type TrustedTls } from './trusted-tls.js';

/** A hub that let this machine in. */
export interface Welcome {
  response: HelloResponse;
  address: HubAddress;
  tls: TrustedTls;
}

export interface HandshakeOptions extends Pick<PairingOptions, 'onWaiting' | 'confirm'> {
  identity: Identity;
  pins: HubPinStore;
  hubCandidates: HubCandidates;
  token: JoinToken | undefined;
  hello: Omit<HelloRequest, 'join'>;
}

function keyChanged(pin: HubPin, cause: unknown): MeshdeckError {
  return new MeshdeckError(
    'hub-key-changed',
    `DANGER: a hub with another key answers where "${pin.hubName}" used to be. Somebody may be posing as it, so this machine tells it nothing and keeps looking for the hub it knows. ` +
      'If that hub was set up anew, its admin will tell you: stop this agent, run "meshdeck-node --forget-hub" (with the same --data), and start it again, or start it with --join and a new token.',
    { cause },
  );
}

const isCode = (error: unknown, code: MeshdeckError['code']) =>
  error instanceof MeshdeckError && error.code === code;

/**
 * Finds the hub, makes sure it is the right one, and comes to it as a machine that was let in: with the token, or after a
 * person has compared the code. The token's fingerprint is a person's word on which hub it is: it overrules an older
 * pin. The hub is pinned the moment this machine is in, not before.
 * @throws MeshdeckError what `findHub`, `refuseToGuess`, `pairWithHub` and `sayHello` throw
 */
export async function handshake(options: HandshakeOptions, signal: AbortSignal): Promise<Welcome> {
  const { identity, pins, hubCandidates, token, hello } = options;
  const stored = pins.current();
  const pin = token === undefined || stored?.fingerprint === token.hubFingerprint ? stored : undefined;
  const wantedFingerprint = pin?.fingerprint ?? token?.hubFingerprint;

  let found: Probe;
  try {
    const candidates = () =>
      hubCandidates.candidates({ wantedFingerprint, lastAddresses: pin?.addresses ?? [] });
    const asked = candidates();
    found = await findHub({ candidates: asked, wantedFingerprint, signal });
    const isTold = wantedFingerprint !== undefined || asked.some(({ source }) => source === 'flag');
    if (!isTold) await refuseToGuess({ first: found, candidates, signal });
  } catch (error) {
    if (!isCode(error, 'hub-key-changed')) throw error;
    if (pin !== undefined) throw keyChanged(pin, error);
    throw new MeshdeckError(
      'hub-key-changed',
      'The hub that answers is not the one this join token is for, so this machine tells it nothing and keeps looking. ' +
        'To join that hub, make a token there with "meshdeck join-token create".',
      { cause: error },
    );
  }

  const tls = trustedTls(identity, found.certificatePem);
  const here = formatAddress(found.address);
  const keep = (hub: { hubId: string; hubName: string }, joined: boolean) =>
    pins.save({
      fingerprint: found.fingerprint,
      certificatePem: found.certificatePem,
      hubId: hub.hubId,
      hubName: hub.hubName,
      joined,
      addresses: [here, ...(pin?.addresses ?? []).filter((each) => each !== here)].slice(0, 4),
    });
  const ask = (withSecret: boolean) => {
    const join = withSecret && token ? { join: { tokenId: token.tokenId, secret: token.secret } } : {};
    return sayHello({ address: found.address, tls, hello: { ...hello, ...join }, signal });
  };
  async function pair(): Promise<void> {
    const { name } = hello;
    const machine = { name, version: meshdeckVersion, platform };
    await keep(await pairWithHub({ ...options, hub: found, tls, machine, signal }), true);
  }

  let response: HelloResponse;
  try {
    if (pin?.joined !== true && token === undefined) await pair();
    response = await ask(pin?.joined !== true);
  } catch (error) {
    if (pin?.joined !== true || !isCode(error, 'pairing-required')) throw error;
    // The hub forgot a machine it had let in: it has to be let in again.
    await keep(pin, false);
    if (token === undefined) await pair();
    response = await ask(true);
  }
  await keep(response, true);
  return { response, address: found.address, tls };
}
