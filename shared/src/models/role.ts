import * as z from 'zod';

/**
 * What a person may do: `admin` everything; `operator` machines, sensors and everybody's jobs; `user` jobs of their
 * own; `machine-owner` the same, and the machines that are theirs.
 */
export const roles = ['admin', 'operator', 'user', 'machine-owner'] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/** What an API key may be used for; never more than its person may. */
export const keyScopes = ['read', 'run', 'machines', 'sensors', 'admin'] as const;
export const keyScopeSchema = z.enum(keyScopes);
export type KeyScope = z.infer<typeof keyScopeSchema>;

/** How far an action reaches: over everything, over what is the person's own, or not at all. */
export const reachSchema = z.enum(['all', 'own', 'none']);
export type Reach = z.infer<typeof reachSchema>;

/** Who vouches for an account: the hub itself, or a directory of the house. */
export const accountSourceSchema = z.enum(['local', 'ldap', 'oidc']);
export type AccountSource = z.infer<typeof accountSourceSchema>;

/** Who may make an account for themselves. */
export const registrationModes = ['open', 'invitation', 'off'] as const;
export const registrationModeSchema = z.enum(registrationModes);
export type RegistrationMode = z.infer<typeof registrationModeSchema>;
