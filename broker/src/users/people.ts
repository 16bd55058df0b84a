import type { PersonId, PersonLimits, RegistrationMode } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { Collection } from '../stores/documents.js';
import { createAccessRevocation } from './access-revocation.js';
import type { AccountDocument } from './account-document.js';
import { openAccounts, type Accounts } from './accounts.js';
import { createAdoption } from './adopt-identity.js';
import { keyPrefix, openApiKeys, type KeyDocument } from './api-keys.js';
import type { IdentityProvider } from './identity-provider.js';
import { openKnownBrowsers, type KnownBrowser } from './known-browsers.js';
import { localPerson } from './local-access.js';
import { openOneTimeCodes, type CodeDocument } from './one-time-codes.js';
import { createOwnAccount, type OwnAccount } from './own-account.js';
import { createKeyApi, type KeyApi } from './own-keys.js';
import { createPasswords, type Passwords } from './passwords.js';
import { permissions } from './permissions.js';
import { createPeopleAdmin, type PeopleAdmin } from './people-admin.js';
import { createRegistrationLimit } from '../rate-limits/registration-limit.js';
import type { Session, Sessions } from './sessions.js';
import { openSettings, type Settings, type SettingsDocument } from './settings.js';
import { createSignIn, type SignIn } from './sign-in.js';
import { createSignInLimits } from '../rate-limits/sign-in-limits.js';
import { localPersonId, type Credentials, type Ended, type LocalAccess, type Person } from './types.js';

export interface People {
  /** Who that is right now, by token, key or session; null where it says nothing that counts. */
  identify(credentials: Credentials): Person | null;
  /** Who has just been let in by the session with this secret, for the call that made it. */
  newcomer(secret: string): Person | null;
  /** Whether somebody who was let in would still be: for connections that stay open. */
  isStillIn(person: Pick<Person, 'id' | 'sessionId' | 'keyId'>): boolean;
  signIn: SignIn;
  account: OwnAccount;
  keys: KeyApi;
  admin: PeopleAdmin;
  settings: Settings;
  accounts: Pick<Accounts, 'find' | 'get'>;
  /** What holds for this person: their own limits, else everybody's; admins and this computer have none. */
  limitsOf(personId: PersonId): PersonLimits;
  /** Hears at once of everybody who may no longer be what they were; hands back the disposer. */
  onEnded(listener: (what: Ended) => void): () => void;
  stop(): Promise<void>;
}

/** A person by their account: what they may do follows the account from call to call. */
function personOf(
  account: AccountDocument,
  how: Pick<Person, 'via' | 'sessionId' | 'keyId' | 'scopes'>,
): Person {
  const { id, name, email, role } = account;
  return { id, name, email, role, ...how };
}

const noLimits: PersonLimits = {
  maxWaitingJobs: null,
  maxRunningJobs: null,
  maxUploadBytes: null,
  maxStoredBytes: null,
};

/** Everybody who may come in, and how. */
export async function createPeople(options: {
  local: LocalAccess & { sessions: Sessions };
  collections: {
    accounts: Collection<AccountDocument>;
    keys: Collection<KeyDocument>;
    codes: Collection<CodeDocument>;
    settings: Collection<SettingsDocument>;
    knownBrowsers: Collection<KnownBrowser>;
  };
  fixedRegistration?: RegistrationMode | null;
  providers?: readonly IdentityProvider[];
  /** Bytes of what this person brought and the hub holds. */
  storedBytes?: (personId: PersonId) => number;
  passwords?: Passwords;
  now?: () => number;
  logger: Logger;
}): Promise<People> {
  const { local, collections, providers = [], storedBytes = () => 0, now = Date.now, logger } = options;
  const { sessions } = local;
  const passwords = options.passwords ?? createPasswords();
  const listeners = new Set<(what: Ended) => void>();
  const ended = (what: Ended) => listeners.forEach((listener) => listener(what));

  const accounts = await openAccounts({ collection: collections.accounts, now });
  const keys = await openApiKeys({ collection: collections.keys, now, logger });
  const codes = await openOneTimeCodes({ collection: collections.codes, now });
  const settings = await openSettings({
    collection: collections.settings,
    fixedRegistration: options.fixedRegistration ?? null,
  });
  const knownBrowsers = await openKnownBrowsers({ collection: collections.knownBrowsers, now });
  const limits = createSignInLimits(now);
  const revocation = createAccessRevocation({ sessions, links: local, keys, codes, knownBrowsers, ended });

  /** Connections that stay open were let in with the old role, and so were those whom this person invited. */
  async function roleChanged(account: AccountDocument): Promise<void> {
    ended({ personId: account.id });
    if (permissions['people.manage'][account.role] === 'none') await revocation.withdrawMadeBy(account);
  }

  function limitsOf(personId: PersonId): PersonLimits {
    const account = accounts.get(personId);
    if (personId === localPersonId || account?.role === 'admin') return noLimits;
    return account?.limits ?? settings.view().limits;
  }

  function active(personId: PersonId): AccountDocument | null {
    const account = accounts.get(personId);
    return account?.state === 'active' ? account : null;
  }

  function byKey(bearer: string): Person | null {
    const key = keys.check(bearer);
    if (key === null) return null;
    const how = { via: 'key', sessionId: null, keyId: key.id, scopes: key.scopes } as const;
    if (key.personId === localPersonId) return { ...localPerson('token', null), ...how };
    const account = active(key.personId);
    return account === null ? null : personOf(account, how);
  }

  function bySession(session: Session | null): Person | null {
    if (session === null) return null;
    if (session.personId === localPersonId) return localPerson('link', session.hash);
    const account = active(session.personId);
    if (account === null) return null;
    return personOf(account, { via: 'session', sessionId: session.hash, keyId: null, scopes: null });
  }

  return {
    identify({ bearer, cookie, proof, isOverLan }) {
      if (bearer?.startsWith(keyPrefix) === true) {
        return byKey(bearer) ?? (isOverLan ? null : local.checkToken(bearer));
      }
      if (bearer !== null) return isOverLan ? null : local.checkToken(bearer);
      const person = cookie === null || proof === null ? null : bySession(sessions.check(cookie, proof));
      // A link on this computer opens this computer; whoever comes from elsewhere has an account, or a key.
      return isOverLan && person?.via === 'link' ? null : person;
    },
    newcomer: (secret) => bySession(sessions.ofSecret(secret)),
    isStillIn({ id, sessionId, keyId }) {
      if (id !== localPersonId && active(id) === null) return false;
      if (sessionId !== null) return sessions.isAlive(sessionId);
      return keyId === null || keys.isAlive(keyId);
    },
    signIn: createSignIn({
      accounts,
      passwords,
      sessions,
      links: local,
      codes,
      settings,
      limits,
      knownBrowsers,
      registrations: createRegistrationLimit(),
      providers,
      revocation,
      adopt: createAdoption({ accounts, roleChanged }),
      now,
    }),
    account: createOwnAccount({
      accounts,
      passwords,
      sessions,
      limits,
      knownBrowsers,
      revocation,
      storedBytes,
      limitsOf,
      ended,
    }),
    keys: createKeyApi({ keys, accounts, ended }),
    admin: createPeopleAdmin({
      accounts,
      passwords,
      sessions,
      links: local,
      codes,
      limits,
      revocation,
      roleChanged,
      storedBytes,
    }),
    settings,
    accounts,
    limitsOf,
    onEnded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: keys.stop,
  };
}
