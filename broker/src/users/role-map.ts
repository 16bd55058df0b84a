import { MeshdeckError, type Role } from '@meshdeck/shared';

/** Which groups or claims give which role. */
export interface RoleRules {
  roles?: Partial<Record<Role, string[]>> | undefined;
  otherwise: Role | 'refuse';
}

/** From the one that may most to the one that may least. */
const byMight: readonly Role[] = ['admin', 'operator', 'machine-owner', 'user'];

/**
 * The mightiest role that one of these groups gives. Null where no rules say anything: whatever an admin chose stays.
 *
 * @throws MeshdeckError `forbidden` where nobody without such a group may come in
 */
export function roleFrom(
  rules: RoleRules,
  groups: readonly string[],
  same: (text: string) => string = (text) => text,
): Role | null {
  const given = rules.roles;
  if (given === undefined) return null;
  const has = new Set(groups.map(same));
  const found = byMight.find((role) => given[role]?.some((group) => has.has(same(group))) === true);
  if (found !== undefined) return found;
  if (rules.otherwise !== 'refuse') return rules.otherwise;
  throw new MeshdeckError(
    'forbidden',
    'You are in none of the groups that may use this hub. Ask one of its admins.',
  );
}
