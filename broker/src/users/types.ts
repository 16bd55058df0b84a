import type { KeyScope, PersonId, Role } from '@meshdeck/shared';
import type { OriginProof } from './origin-key.js';

/** The id of whoever holds the data folder's token, or a one-time link made with it: this computer. */
export const localPersonId: PersonId = 'local';
export const localPersonName = 'This computer';

/** Whoever was let in, as they are at this moment. Everything here may be logged. */
export interface Person {
  /** The account's id, or `local`. */
  id: PersonId;
  name: string;
  email: string | null;
  role: Role;
  via: 'token' | 'link' | 'session' | 'key';
  /** The session's hash; null where none was used. */
  sessionId: string | null;
  keyId: string | null;
  /** What the key is good for; null where no key was used. */
  scopes: readonly KeyScope[] | null;
}

/** What a request brings to say who it is. */
export interface Credentials {
  /** From `Authorization: Bearer`; null where there is no such header, `''` where it makes no sense. */
  bearer: string | null;
  cookie: string | null;
  /** That a page of our own sent the cookie; null where nothing says so, and the cookie counts for nothing. */
  proof: OriginProof | null;
  /** It came from the network: what only this computer has counts for nothing there. */
  isOverLan: boolean;
}

/** From where somebody signs in: for the list of their sessions, and which pages the session is for. */
export interface Origin {
  address: string;
  program: string;
  /** SHA-256 of the page's origin key, 64 hex digits. */
  originKeyHash: string;
}

/** Told the moment somebody may no longer be what they were: live connections end. */
export type Ended = { personId: PersonId } | { sessionId: string } | { keyId: string };

/** A one-time link that signs somebody in. */
export interface OpenLink {
  personId: PersonId;
  /** Unix ms */
  expiresAt: number;
}

export interface LocalAccess {
  /** Name of the session cookie: cookies do not know ports, so hubs on one machine must not share one. */
  readonly cookieName: string;
  /** The private token in the data folder's `token` file. Never log it. */
  readonly token: string;
  /** A one-time code for `/login?link=`, good for five minutes; signs in as this person, else this computer. */
  createLink(personId?: PersonId): string;
  /** Spends a link. The new session's secret, or null where the link is unknown, used or too old. */
  redeemLink(code: string, from: Origin): Promise<string | null>;
  /** Whom a link would sign in, not spent by this; null where it is unknown, used or too old. */
  lookAtLink(code: string): OpenLink | null;
  /** Ends every open link of this person. */
  endLinksOf(personId: PersonId): void;
  checkToken(token: string): Person | null;
  /** A session of this computer; those of accounts are `People.identify`'s. */
  checkSession(secret: string, proof: OriginProof): Person | null;
  /** A wrong token, link or cookie came from there. Milliseconds until it may be wrong again, 0 for now. */
  noteFailure(address: string): number;
  /** Writes what is not on disk yet. */
  stop(): Promise<void>;
}
