/** Whoever was let in. `sessionId` is a hash, safe to log; null where the private token was used. */
export interface Person {
  via: 'token' | 'session';
  sessionId: string | null;
}

export interface LocalAccess {
  /** Name of the session cookie: cookies do not know ports, so hubs on one machine must not share one. */
  readonly cookieName: string;
  /** The private token in the data folder's `token` file. Never log it. */
  readonly token: string;
  /** A one-time code for `/login?link=`, good for five minutes. */
  createLink(): string;
  /** Spends a link. The new session's secret, or null where the link is unknown, used or too old. */
  redeemLink(code: string): Promise<string | null>;
  checkToken(token: string): Person | null;
  checkSession(secret: string): Person | null;
  /** A wrong token, link or cookie came from there. Milliseconds until it may be wrong again, 0 for now. */
  noteFailure(address: string): number;
  /** Writes what is not on disk yet. */
  stop(): Promise<void>;
}
