import type { KeyScope, Role } from '@meshdeck/shared';

/** The id of whoever holds the data folder's token, or a one-time link made with it: this computer. */
export const localPersonId = 'local';
export const localPersonName = 'This computer';

/** Whoever was let in, as they are at this moment. Everything here may be logged. */
export interface Person {
  /** The account's id, or `local`. */
  id: string;
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
  /** It came from the network: what only this computer has counts for nothing there. */
  isOverLan: boolean;
}

/** From where somebody signs in, for the list of their sessions. */
export interface Origin {
  address: string;
  program: string;
}

/** Told the moment somebody may no longer be what they were: live connections end. */
export type Ended = { personId: string } | { sessionId: string } | { keyId: string };

export interface LocalAccess {
  /** Name of the session cookie: cookies do not know ports, so hubs on one machine must not share one. */
  readonly cookieName: string;
  /** The private token in the data folder's `token` file. Never log it. */
  readonly token: string;
  /** A one-time code for `/login?link=`, good for five minutes; signs in as this person, else this computer. */
  createLink(personId?: string): string;
  /** Spends a link. The new session's secret, or null where the link is unknown, used or too old. */
  redeemLink(code: string, from?: Origin): Promise<string | null>;
  /** Whether a link, not spent by this, would sign in as this computer. */
  isLocalLink(code: string): boolean;
  checkToken(token: string): Person | null;
  /** A session of this computer; those of accounts are `People.identify`'s. */
  checkSession(secret: string): Person | null;
  /** A wrong token, link or cookie came from there. Milliseconds until it may be wrong again, 0 for now. */
  noteFailure(address: string): number;
  /** Writes what is not on disk yet. */
  stop(): Promise<void>;
}
