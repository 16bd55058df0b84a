import {
  actions,
  MeshdeckError,
  type ChangePasswordRequest,
  type Me,
  type PersonId,
  type PersonLimits,
  type SessionView,
} from '@meshdeck/shared';
import type { AccessRevocation, Kept } from './access-revocation.js';
import type { Accounts } from './accounts.js';
import type { KnownBrowsers } from './known-browsers.js';
import { requireGoodPassword } from './password-rules.js';
import type { Passwords } from './passwords.js';
import { reachOf } from './permissions.js';
import type { Session, Sessions } from './sessions.js';
import type { SignInLimits } from '../rate-limits/sign-in-limits.js';
import { TooManyTries } from '../rate-limits/too-many-tries.js';
import { localPersonId, type Ended, type Person } from './types.js';

/** What everybody may do with what is their own. */
export interface OwnAccount {
  me(person: Person): Me;
  /** @throws MeshdeckError `conflict` where it is no account of the hub's own */
  rename(person: Person, name: string): Promise<void>;
  /** Ends everything else by which somebody can act as this person, but for what the request keeps. @throws MeshdeckError `sign-in-failed`, `password-weak`, `conflict`; TooManyTries */
  changePassword(person: Person, request: ChangePasswordRequest, address: string): Promise<void>;
  sessions(person: Person): SessionView[];
  /** @throws MeshdeckError `not-found` */
  endSession(person: Person, id: string): Promise<void>;
  signOut(person: Person): Promise<void>;
  /** Ends the session a browser had before it signed in anew, by the secret in its cookie. */
  signOutBrowser(secret: string): Promise<void>;
  /** Ends everything by which somebody can act as this person, but for what is kept. */
  signOutEverywhere(person: Person, kept?: Kept): Promise<void>;
}

const idOf = (hash: string) => hash.slice(0, 16);

export function createOwnAccount(options: {
  accounts: Accounts;
  passwords: Passwords;
  sessions: Sessions;
  limits: SignInLimits;
  knownBrowsers: KnownBrowsers;
  revocation: AccessRevocation;
  storedBytes: (personId: PersonId) => number;
  limitsOf: (personId: PersonId) => PersonLimits;
  ended: (what: Ended) => void;
}): OwnAccount {
  const { accounts, passwords, sessions, limits, knownBrowsers, revocation } = options;

  async function end(match: (session: Session) => boolean): Promise<number> {
    const hashes = await sessions.end(match);
    for (const sessionId of hashes) options.ended({ sessionId });
    return hashes.length;
  }

  function accountOf(person: Person) {
    if (person.id !== localPersonId) return accounts.find(person.id);
    throw new MeshdeckError(
      'conflict',
      'You are here as this computer, which has no account of its own. Sign in with your account to change it.',
    );
  }

  return {
    me(person) {
      const rights = actions.map((action) => [action, reachOf(person, action)] as const);
      return {
        id: person.id,
        name: person.name,
        email: person.email,
        role: person.role,
        via: person.via,
        source: accounts.get(person.id)?.via ?? null,
        rights: Object.fromEntries(rights),
        hasAdmin: accounts.hasAdmin(),
        grants: revocation.grantsOf(person),
        stored: { bytes: options.storedBytes(person.id), most: options.limitsOf(person.id).maxStoredBytes },
      };
    },

    async rename(person, name) {
      const { id, via } = accountOf(person);
      if (via !== 'local') {
        throw new MeshdeckError(
          'conflict',
          'Your name comes from the server you sign in with. Change it there.',
        );
      }
      await accounts.change(id, { name });
    },

    async changePassword(person, { current, password, keepKeysAndInvitations: kept }, address) {
      const account = accountOf(person);
      if (account.via !== 'local') {
        throw new MeshdeckError(
          'conflict',
          'Your password is kept by the server you sign in with. Change it there.',
        );
      }
      // By session: what others guess at the sign-in does not hinder who is in.
      const guesser = { address, known: `session ${person.sessionId ?? person.id}` };
      const waitMs = limits.attempt(account.email, guesser);
      if (waitMs > 0) throw new TooManyTries(waitMs);
      if (!(await passwords.verify(account.password, current))) {
        throw new MeshdeckError('sign-in-failed', 'That is not your password as it is now.');
      }
      limits.succeeded(account.email, guesser);
      requireGoodPassword(password, [account.email, account.name]);
      await accounts.change(account.id, { password: await passwords.hash(password) });
      await revocation.endAll(account, { sessionId: person.sessionId, keys: kept, invitations: kept });
      const session = sessions.of(person.id).find(({ hash }) => hash === person.sessionId);
      if (session !== undefined) {
        await knownBrowsers.remember(account.id, account.email, session.originKeyHash);
      }
    },

    sessions: (person) =>
      sessions.of(person.id).map((session) => ({
        id: idOf(session.hash),
        createdAt: session.createdAt,
        lastUsedAt: session.lastUsedAt,
        expiresAt: sessions.expiresAt(session),
        address: session.address,
        program: session.program,
        current: session.hash === person.sessionId,
      })),

    async endSession(person, id) {
      const ended = await end(({ personId, hash }) => personId === person.id && idOf(hash) === id);
      if (ended === 0) throw new MeshdeckError('not-found', 'That browser is signed out already.');
    },

    async signOut(person) {
      await end(({ hash }) => hash === person.sessionId);
    },

    async signOutBrowser(secret) {
      const before = sessions.ofSecret(secret);
      if (before !== null) await end(({ hash }) => hash === before.hash);
    },

    signOutEverywhere: (person, kept) => revocation.endAll(person, kept),
  };
}
