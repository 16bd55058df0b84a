import {
  MeshdeckError,
  type ChoosePasswordRequest,
  type CodeView,
  type RegisterRequest,
  type SignInOptions,
  type SignInRequest,
} from '@meshdeck/shared';
import type { AccessRevocation } from './access-revocation.js';
import type { AccountDocument } from './account-document.js';
import type { Accounts } from './accounts.js';
import type { Identity, IdentityProvider, RedirectProvider } from './identity-provider.js';
import type { KnownBrowsers } from './known-browsers.js';
import type { CodeDocument, OneTimeCodes } from './one-time-codes.js';
import { requireGoodPassword } from './password-rules.js';
import type { Passwords } from './passwords.js';
import type { Sessions } from './sessions.js';
import type { Settings } from './settings.js';
import type { SignInLimits } from '../rate-limits/sign-in-limits.js';
import { TooManyTries } from '../rate-limits/too-many-tries.js';
import { localPersonId, localPersonName, type LocalAccess, type OpenLink, type Origin } from './types.js';

export interface Entered {
  account: AccountDocument;
  /** The new session's secret, for the cookie. */
  secret: string;
}

/** What somebody may do whom the hub does not know yet. */
export interface SignIn {
  /** The one provider that browsers are sent to, where there is one. */
  readonly redirect: RedirectProvider | null;
  options(): SignInOptions;
  /** @throws MeshdeckError `sign-in-failed`, the same whatever was wrong; TooManyTries */
  withPassword(request: SignInRequest, from: Origin): Promise<Entered>;
  /**
   * Makes an account. With an invitation it is entered at once; without one (open registration) nothing is told of
   * whether the address was free, and null says to sign in now.
   * @throws MeshdeckError `forbidden`, `token-invalid`, `password-weak`; `already-exists` with an invitation only
   */
  register(request: RegisterRequest, from: Origin): Promise<Entered | null>;
  /** What a one-time link is good for, unspent. @throws MeshdeckError `token-invalid` */
  look(code: string): CodeView;
  /** Spends a sign-in link; the new session's secret. @throws MeshdeckError `token-invalid` */
  withLink(code: string, from: Origin): Promise<string>;
  /** Chooses a password by a one-time link. Everything by which somebody else could act as that person ends. */
  choosePassword(request: ChoosePasswordRequest, from: Origin): Promise<Entered>;
  /** The account of somebody another server vouches for, made where there is none. @throws MeshdeckError `conflict` */
  adopt(identity: Identity): Promise<AccountDocument>;
  /** A session for somebody who has proven who they are. @throws MeshdeckError `sign-in-failed` where disabled */
  enter(account: AccountDocument, from: Origin): Promise<Entered>;
}

const refused = () =>
  new MeshdeckError(
    'sign-in-failed',
    'This e-mail address and password do not open an account. Check both, or ask an admin of this hub.',
  );

const usedUp = 'This link was used already or is older than five minutes. Open Meshdeck again for a new one.';

export function createSignIn(options: {
  accounts: Accounts;
  passwords: Passwords;
  sessions: Sessions;
  /** Links that sign in at once. */
  links: Pick<LocalAccess, 'lookAtLink' | 'redeemLink'>;
  codes: OneTimeCodes;
  settings: Settings;
  limits: SignInLimits;
  knownBrowsers: KnownBrowsers;
  registrations: { take(address: string): Promise<number> };
  providers: readonly IdentityProvider[];
  revocation: Pick<AccessRevocation, 'endAll' | 'grantsOf'>;
  /** The account of somebody another server vouches for. */
  adopt: SignIn['adopt'];
  now: () => number;
}): SignIn {
  const { accounts, passwords, sessions, links, codes, settings, limits, knownBrowsers } = options;
  const { providers, adopt, now } = options;

  async function enter(account: AccountDocument, from: Origin): Promise<Entered> {
    if (account.state !== 'active') throw refused();
    const entered = await accounts.change(account.id, { lastSignInAt: now() });
    return { account: entered, secret: await sessions.create(account.id, from) };
  }

  async function withOthers(login: string, password: string): Promise<AccountDocument | null> {
    for (const provider of providers) {
      if (provider.kind !== 'password') continue;
      const identity = await provider.check(login, password);
      if (identity !== null) return adopt(identity);
    }
    return null;
  }

  async function checkPassword(login: string, password: string): Promise<AccountDocument | null> {
    const account = accounts.byEmail(login);
    const local = account?.via === 'local' ? account : undefined;
    const isRight = await passwords.verify(local?.password ?? null, password);
    if (local === undefined) return withOthers(login, password);
    if (!isRight) return null;
    if (local.password !== null && passwords.isOutdated(local.password)) {
      return accounts.change(local.id, { password: await passwords.hash(password) });
    }
    return local;
  }

  function viewOfLink({ personId, expiresAt }: OpenLink): CodeView {
    if (personId === localPersonId) {
      return { purpose: 'sign-in', email: null, name: localPersonName, role: 'admin', expiresAt };
    }
    const account = accounts.get(personId);
    if (account?.state !== 'active') throw new MeshdeckError('token-invalid', usedUp);
    const { email, name, role } = account;
    return { purpose: 'sign-in', email, name, role, expiresAt };
  }

  function ownerOf(code: CodeDocument): AccountDocument | undefined {
    return code.personId === null ? undefined : accounts.get(code.personId);
  }

  async function invited(request: RegisterRequest, code: string, from: Origin): Promise<Entered> {
    const offer = codes.look(code);
    const wrongKind = offer.purpose !== 'invitation';
    if (wrongKind || (offer.email !== null && offer.email !== request.email)) {
      throw new MeshdeckError('token-invalid', 'This invitation is for another e-mail address.');
    }
    requireGoodPassword(request.password, [request.email, request.name]);
    const invitation = await codes.spend(code);
    try {
      const account = await accounts.create({
        email: request.email,
        name: request.name,
        role: invitation.role,
        via: 'local',
        subject: null,
        password: await passwords.hash(request.password),
      });
      const entered = await enter(account, from);
      await knownBrowsers.remember(account.id, account.email, from.originKeyHash);
      return entered;
    } catch (error) {
      await codes.giveBack(invitation);
      throw error;
    }
  }

  return {
    redirect: providers.find((provider) => provider.kind === 'redirect') ?? null,
    enter,
    adopt,
    options: () => ({
      registration: settings.view().registration,
      hasAccounts: accounts.list().length > 0,
      providers: providers.map((provider) => ({
        id: provider.id,
        title: provider.title,
        kind: provider.kind,
        path: provider.kind === 'redirect' ? provider.path : null,
        problem: provider.problem(),
      })),
    }),

    async withPassword({ email, password }, from) {
      const login = email.trim().toLowerCase();
      const guesser = {
        address: from.address,
        known: knownBrowsers.find(login, from.originKeyHash),
      };
      const waitMs = limits.attempt(login, guesser);
      if (waitMs > 0) throw new TooManyTries(waitMs);
      const account = await checkPassword(login, password).catch((error: unknown) => {
        // Nobody was found wrong: a directory that is down must not lock its people out.
        if (error instanceof MeshdeckError && error.code === 'provider-unreachable') {
          limits.takeBack(login, guesser);
        }
        throw error;
      });
      if (account === null) throw refused();
      const entered = await enter(account, from);
      limits.succeeded(login, guesser);
      await knownBrowsers.remember(account.id, login, from.originKeyHash);
      return entered;
    },

    async register(request, from) {
      if (request.code !== undefined) return invited(request, request.code, from);
      if (settings.view().registration !== 'open') {
        throw new MeshdeckError(
          'forbidden',
          'This hub takes people by invitation only. Ask one of its admins for a link.',
        );
      }
      requireGoodPassword(request.password, [request.email, request.name]);
      const waitMs = await options.registrations.take(from.address);
      if (waitMs > 0) throw new TooManyTries(waitMs);
      // Hashed either way: how long it takes tells as little as the answer.
      const password = await passwords.hash(request.password);
      const { email, name } = request;
      if (accounts.byEmail(email) === undefined) {
        await accounts.create({ email, name, role: 'user', via: 'local', subject: null, password });
      }
      return null;
    },

    async withLink(code, from) {
      const personId = links.lookAtLink(code)?.personId;
      const isGood = personId === localPersonId || accounts.get(personId ?? '')?.state === 'active';
      const secret = isGood ? await links.redeemLink(code, from) : null;
      if (secret !== null) return secret;
      throw new MeshdeckError('token-invalid', usedUp);
    },

    look(code) {
      const link = links.lookAtLink(code);
      if (link !== null) return viewOfLink(link);
      const found = codes.look(code);
      const account = ownerOf(found);
      return {
        purpose: found.purpose,
        email: account?.email ?? found.email,
        name: account?.name ?? null,
        role: account?.role ?? found.role,
        expiresAt: found.expiresAt,
        ...(account !== undefined && { grants: options.revocation.grantsOf(account) }),
      };
    },

    async choosePassword({ code, password, keepKeysAndInvitations: kept }, from) {
      const account = ownerOf(codes.look(code));
      if (account === undefined || account.via !== 'local') {
        throw new MeshdeckError('token-invalid', 'This link is for something else.');
      }
      requireGoodPassword(password, [account.email, account.name]);
      await codes.spend(code);
      const changed = await accounts.change(account.id, { password: await passwords.hash(password) });
      await options.revocation.endAll(changed, { keys: kept, invitations: kept });
      await knownBrowsers.remember(account.id, account.email, from.originKeyHash);
      return enter(changed, from);
    },
  };
}
