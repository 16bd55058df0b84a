import {
  decodeJoinToken,
  MeshdeckError,
  type HelloRequest,
  type HelloResponse,
  type JoinToken,
} from '@meshdeck/shared';
import type { AddressBook } from './address-book.js';
import { findHub } from './find-hub.js';
import { sayHello } from './hello.js';
import { formatAddress, type HubAddress } from './hub-address.js';
import type { HubPin, HubPinStore } from './hub-pin.js';
import type { Identity } from './identity.js';
import type { Probe } from './probe.js';
import { trustedTls, type TrustedTls } from './trusted-tls.js';

/** A hub that let this machine in, or has it wait. */
export interface Welcome {
  response: HelloResponse;
  address: HubAddress;
  tls: TrustedTls;
}

export interface EnterOptions {
  identity: Identity;
  pins: HubPinStore;
  book: AddressBook;
  token: JoinToken | undefined;
  hello: Omit<HelloRequest, 'join'>;
}

export const readToken = (text: string | undefined): JoinToken | undefined =>
  text === undefined ? undefined : decodeJoinToken(text);

function keyChanged(pin: HubPin, file: string, cause: unknown): MeshdeckError {
  return new MeshdeckError(
    'hub-key-changed',
    `A hub with another key answers where "${pin.hubName}" used to be, so this machine tells it nothing and keeps looking for the hub it knows. ` +
      `If that hub was set up anew, start this agent with --join and a new token from it, or delete ${file} and start again.`,
    { cause },
  );
}

/**
 * Finds the hub, makes sure it is the right one, and says hello.
 * The token's fingerprint is a person's word on which hub it is: it overrules an older pin. Without token and pin the first
 * hub met is trusted from then on.
 * @throws MeshdeckError what `findHub` and `sayHello` throw
 */
export async function enterHub(options: EnterOptions, signal: AbortSignal): Promise<Welcome> {
  const { identity, pins, book, token, hello } = options;
  const stored = pins.current();
  const pin = token === undefined || stored?.fingerprint === token.hubFingerprint ? stored : undefined;
  const wantedFingerprint = pin?.fingerprint ?? token?.hubFingerprint;

  let found: Probe;
  try {
    const candidates = book.candidates({ wantedFingerprint, lastAddresses: pin?.addresses ?? [] });
    found = await findHub({ candidates, wantedFingerprint, signal });
  } catch (error) {
    const changed = error instanceof MeshdeckError && error.code === 'hub-key-changed';
    if (!changed) throw error;
    if (pin !== undefined) throw keyChanged(pin, pins.file, error);
    throw new MeshdeckError(
      'hub-key-changed',
      'The hub that answers is not the one this join token is for, so this machine tells it nothing and keeps looking. ' +
        'To join that hub, make a token there with "meshdeck join-token create".',
      { cause: error },
    );
  }

  const tls = trustedTls(identity, found.certificatePem);
  const ask = (withSecret: boolean) => {
    const join = withSecret && token ? { join: { tokenId: token.tokenId, secret: token.secret } } : {};
    return sayHello({ address: found.address, tls, hello: { ...hello, ...join }, signal });
  };
  let response = await ask(pin?.joined !== true);
  // The hub forgot a machine it had let in: the token may let it in again.
  if (pin?.joined === true && response.membership === 'pending' && token !== undefined)
    response = await ask(true);

  const here = formatAddress(found.address);
  await pins.save({
    fingerprint: found.fingerprint,
    certificatePem: found.certificatePem,
    hubId: response.hubId,
    hubName: response.hubName,
    joined: response.membership === 'joined',
    addresses: [here, ...(pin?.addresses ?? []).filter((each) => each !== here)].slice(0, 4),
  });
  return { response, address: found.address, tls };
}
