import type { AccountSource, Role } from '@meshdeck/shared';

/** Somebody for whom another server vouches. */
export interface Identity {
  via: Exclude<AccountSource, 'local'>;
  /** What never changes about them there: `sub`, entryUUID. */
  subject: string;
  email: string;
  name: string;
  /** By their groups or claims; null leaves the role an admin gave, `user` for a newcomer. */
  role: Role | null;
}

interface Named {
  id: string;
  /** For people: "LDAP of the department". */
  title: string;
  /** Why nobody can come in by it right now, for people; null while it answers. */
  problem(): string | null;
}

/** Checks an e-mail address (or the name it goes by there) and a password, as LDAP does. */
export interface PasswordProvider extends Named {
  kind: 'password';
  /** Null: wrong. @throws MeshdeckError where the server cannot be asked; local accounts still get in then. */
  check(login: string, password: string): Promise<Identity | null>;
}

/** A sign-in begun: where the browser goes, and the ticket that it has to bring back. */
export interface Departure {
  url: string;
  /** A secret, for a cookie. */
  ticket: string;
}

/** Sends the browser elsewhere and gets it back, as OpenID Connect does; its routes call `SignIn.adopt` and `enter`. */
export interface RedirectProvider extends Named {
  kind: 'redirect';
  /** A path of ours; a page's POST there begins it. */
  path: string;
  /**
   * `redirectUri`: where the browser comes back to; `originKeyHash`: of the page that begins it.
   * @throws MeshdeckError `provider-unreachable`
   */
  begin(redirectUri: string, originKeyHash: string): Promise<Departure>;
  /**
   * `query` as it came back with the browser. Also hands back of which page it was begun.
   * @throws MeshdeckError `token-invalid` (no such sign-in, or it does not fit), `sign-in-failed` (refused there),
   * `forbidden` (no address that was checked, or no role), `provider-unreachable`
   */
  finish(
    ticket: string | null,
    query: URLSearchParams,
  ): Promise<{ identity: Identity; originKeyHash: string }>;
}

export type IdentityProvider = PasswordProvider | RedirectProvider;
