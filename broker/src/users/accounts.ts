import { MeshdeckError, type AccountSource, type Role } from '@meshdeck/shared';
import type { Collection } from '../stores/documents.js';
import type { AccountDocument } from './account-document.js';
import { newId } from './ids.js';

export interface Accounts {
  get(id: string): AccountDocument | undefined;
  byEmail(email: string): AccountDocument | undefined;
  bySubject(via: AccountSource, subject: string): AccountDocument | undefined;
  /** By id or e-mail address. @throws MeshdeckError `not-found` */
  find(ref: string): AccountDocument;
  list(): AccountDocument[];
  /** @throws MeshdeckError `already-exists` */
  create(wish: {
    email: string;
    name: string;
    role: Role;
    via: AccountSource;
    subject: string | null;
    password: string | null;
  }): Promise<AccountDocument>;
  /** @throws MeshdeckError `not-found`; `conflict` where nobody would be left who may do everything */
  change(
    id: string,
    patch: Partial<Pick<AccountDocument, 'name' | 'role' | 'state' | 'limits' | 'password' | 'lastSignInAt'>>,
  ): Promise<AccountDocument>;
  remove(id: string): Promise<void>;
  hasAdmin(): boolean;
}

/** Everybody's accounts, in memory and on disk; one address, one account. */
export async function openAccounts(options: {
  collection: Collection<AccountDocument>;
  now: () => number;
}): Promise<Accounts> {
  const { collection, now } = options;
  const byId = new Map((await collection.all()).map((account) => [account.id, account]));

  const all = () => [...byId.values()];
  const byEmail = (email: string) => all().find((account) => account.email === email);
  const isAdmin = ({ role, state }: AccountDocument) => role === 'admin' && state === 'active';

  function mustHave(id: string): AccountDocument {
    const account = byId.get(id);
    if (account !== undefined) return account;
    throw new MeshdeckError(
      'not-found',
      'There is no such person. "meshdeck users list" shows who there is.',
    );
  }

  function keepAnAdmin(before: AccountDocument, after: AccountDocument | null): void {
    if (!isAdmin(before) || (after !== null && isAdmin(after))) return;
    if (all().some((account) => account.id !== before.id && isAdmin(account))) return;
    throw new MeshdeckError('conflict', `${before.name} is the only admin. Make somebody else admin first.`);
  }

  return {
    get: (id) => byId.get(id),
    byEmail,
    bySubject: (via, subject) => all().find((account) => account.via === via && account.subject === subject),
    find: (ref) => byId.get(ref) ?? mustHave(byEmail(ref.trim().toLowerCase())?.id ?? ''),
    list: () => all().sort((a, b) => a.createdAt - b.createdAt),
    hasAdmin: () => all().some(isAdmin),
    async create(wish) {
      if (byEmail(wish.email) !== undefined) {
        throw new MeshdeckError('already-exists', `${wish.email} has an account already.`);
      }
      const account: AccountDocument = {
        ...wish,
        id: newId(),
        state: 'active',
        createdAt: now(),
        lastSignInAt: null,
        limits: null,
      };
      // Taken before it is on disk, so that nobody else gets the address meanwhile.
      byId.set(account.id, account);
      try {
        await collection.put(account);
      } catch (error) {
        byId.delete(account.id);
        throw error;
      }
      return account;
    },
    async change(id, patch) {
      const before = mustHave(id);
      const after = { ...before, ...patch };
      keepAnAdmin(before, after);
      byId.set(id, after);
      try {
        await collection.put(after);
      } catch (error) {
        byId.set(id, before);
        throw error;
      }
      return after;
    },
    async remove(id) {
      keepAnAdmin(mustHave(id), null);
      byId.delete(id);
      await collection.remove(id);
    },
  };
}
