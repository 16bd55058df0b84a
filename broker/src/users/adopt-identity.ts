import { emailSchema, MeshdeckError } from '@meshdeck/shared';
import type { AccountDocument } from './account-document.js';
import type { Accounts } from './accounts.js';
import type { Identity } from './identity-provider.js';

/** What another server calls somebody, as a name may be here: the address where nothing of it is left. */
function displayNameOf(name: string, email: string): string {
  const letters = [...name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()];
  return letters.slice(0, 80).join('').trim() || email;
}

/**
 * The account of somebody another server vouches for, made where there is none. No account of another kind is taken over by
 * its address. Throws MeshdeckError `conflict` then.
 */
export function createAdoption(options: {
  accounts: Accounts;
  roleChanged: (account: AccountDocument) => Promise<void>;
}): (identity: Identity) => Promise<AccountDocument> {
  const { accounts, roleChanged } = options;

  return async ({ via, subject, role, ...who }) => {
    const email = emailSchema.parse(who.email);
    const name = displayNameOf(who.name, email);
    const known = accounts.bySubject(via, subject);
    if (known === undefined) {
      if (accounts.byEmail(email) !== undefined) {
        throw new MeshdeckError(
          'conflict',
          `${email} has an account of another kind on this hub. An admin can remove it so that this one takes its place.`,
        );
      }
      return accounts.create({ email, name, via, subject, role: role ?? 'user', password: null });
    }
    // Their new address is taken over as long as it is nobody else's here.
    const isFree = accounts.byEmail(email) === undefined;
    const changed = await accounts.change(known.id, {
      name,
      ...(isFree && { email }),
      ...(role !== null && { role }),
    });
    if (changed.role !== known.role) await roleChanged(changed);
    return changed;
  };
}
