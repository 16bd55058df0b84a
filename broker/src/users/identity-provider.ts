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
}

/** Checks an e-mail address (or the name it goes by there) and a password, as LDAP does. */
export interface PasswordProvider extends Named {
  kind: 'password';
  /** Null: wrong. @throws MeshdeckError where the server cannot be asked; local accounts still get in then. */
  check(login: string, password: string): Promise<Identity | null>;
}

/** Sends the browser elsewhere and gets it back, as OpenID Connect does; its routes call `SignIn.adopt` and `enter`. */
export interface RedirectProvider extends Named {
  kind: 'redirect';
  /** A path of ours that begins it. */
  path: string;
}

export type IdentityProvider = PasswordProvider | RedirectProvider;
