import {
  MeshdeckError,
  type InvitationRequest,
  type InvitationView,
  type LockOut,
  type PersonId,
  type PersonPatch,
  type PersonRequest,
  type PersonView,
} from '@meshdeck/shared';
import type { AccessRevocation, Kept } from './access-revocation.js';
import { personView, type AccountDocument } from './account-document.js';
import type { Accounts } from './accounts.js';
import type { CodeDocument, OneTimeCodes } from './one-time-codes.js';
import { requireGoodPassword } from './password-rules.js';
import type { Passwords } from './passwords.js';
import type { Sessions } from './sessions.js';
import type { SignInLimits } from '../rate-limits/sign-in-limits.js';
import type { LocalAccess, Person } from './types.js';

const passwordLinkSeconds = 24 * 3600;

/** A one-time code, told once; the route makes a link of it. */
export interface MadeCode {
  code: string;
  expiresAt: number;
}

/** What admins do. `ref` is an id or an e-mail address. All throw `not-found`. */
export interface PeopleAdmin {
  list(): PersonView[];
  get(ref: string): PersonView;
  /** Without a password, with a code by which the person chooses one. */
  create(request: PersonRequest, by: Person): Promise<{ person: PersonView; code: MadeCode | null }>;
  /** What is taken away counts at once, for open connections too. */
  patch(ref: string, patch: PersonPatch): Promise<PersonView>;
  remove(ref: string): Promise<void>;
  passwordCode(ref: string, by: Person): Promise<MadeCode>;
  /** Ends everything by which somebody can act as them; `kept`: but that. */
  signOutEverywhere(ref: string, kept?: Kept): Promise<void>;
  invitations(): InvitationView[];
  /** @throws MeshdeckError `already-exists` */
  invite(request: InvitationRequest, by: Person): Promise<InvitationView & MadeCode>;
  withdraw(invitationId: string): Promise<void>;
  lockOuts(): LockOut[];
  clearLockOut(id: string): void;
}

function invitationView({ id, email, role, madeBy, createdAt, expiresAt }: CodeDocument): InvitationView {
  return { id, email, role, invitedBy: madeBy, createdAt, expiresAt };
}

export function createPeopleAdmin(options: {
  accounts: Accounts;
  passwords: Passwords;
  sessions: Sessions;
  links: Pick<LocalAccess, 'endLinksOf'>;
  codes: OneTimeCodes;
  limits: SignInLimits;
  revocation: AccessRevocation;
  /** Bytes of what this person brought and the hub holds. */
  storedBytes: (personId: PersonId) => number;
  /** Somebody may do other things than before, or nothing any more. */
  roleChanged: (account: AccountDocument) => Promise<void>;
}): PeopleAdmin {
  const { accounts, passwords, sessions, codes, limits, revocation } = options;

  const view = (account: AccountDocument): PersonView =>
    personView(account, {
      sessions: sessions.of(account.id).length,
      ...revocation.grantsOf(account),
      storedBytes: options.storedBytes(account.id),
    });

  async function passwordCode(account: AccountDocument, by: Person): Promise<MadeCode> {
    if (account.via !== 'local') {
      throw new MeshdeckError(
        'conflict',
        `${account.name} signs in by another server; the password is changed there.`,
      );
    }
    options.links.endLinksOf(account.id);
    await codes.remove(({ personId }) => personId === account.id);
    const { code, document } = await codes.create({
      purpose: 'password',
      email: account.email,
      role: account.role,
      personId: account.id,
      madeBy: by.name,
      madeById: by.id,
      ttlSeconds: passwordLinkSeconds,
    });
    return { code, expiresAt: document.expiresAt };
  }

  return {
    list: () => accounts.list().map(view),
    get: (ref) => view(accounts.find(ref)),

    async create({ email, name, role, password }, by) {
      if (password !== undefined) requireGoodPassword(password, [email, name]);
      const account = await accounts.create({
        email,
        name,
        role,
        via: 'local',
        subject: null,
        password: password === undefined ? null : await passwords.hash(password),
      });
      return { person: view(account), code: password === undefined ? await passwordCode(account, by) : null };
    },

    async patch(ref, { name, role, state, limits: own }) {
      const before = accounts.find(ref);
      const after = await accounts.change(before.id, {
        ...(name !== undefined && { name }),
        ...(role !== undefined && { role }),
        ...(state !== undefined && { state }),
        ...(own !== undefined && { limits: own }),
      });
      // Keys of a disabled account open nothing, and are there again when it is enabled.
      if (after.state === 'disabled') await revocation.endAll(after, { keys: true });
      if (after.role !== before.role || after.state === 'disabled') await options.roleChanged(after);
      return view(after);
    },

    async remove(ref) {
      const account = accounts.find(ref);
      await accounts.remove(account.id);
      await revocation.endAll(account);
      await options.roleChanged(account);
    },

    passwordCode: (ref, by) => passwordCode(accounts.find(ref), by),
    signOutEverywhere: (ref, kept) => revocation.endAll(accounts.find(ref), kept),

    invitations: () => codes.list('invitation').map(invitationView),
    async invite({ email, role, ttlSeconds }, by) {
      if (email !== undefined && accounts.byEmail(email) !== undefined) {
        throw new MeshdeckError('already-exists', `${email} has an account already.`);
      }
      const { code, document } = await codes.create({
        purpose: 'invitation',
        email: email ?? null,
        role,
        personId: null,
        madeBy: by.name,
        madeById: by.id,
        ttlSeconds,
      });
      return { ...invitationView(document), code };
    },
    async withdraw(invitationId) {
      const gone = await codes.remove(({ id, purpose }) => purpose === 'invitation' && id === invitationId);
      if (gone === 0) throw new MeshdeckError('not-found', 'There is no such invitation any more.');
    },

    lockOuts: limits.list,
    clearLockOut(id) {
      if (!limits.clear(id)) throw new MeshdeckError('not-found', 'There is no such lock-out any more.');
    },
  };
}
