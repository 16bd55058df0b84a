import { emailSchema, MeshdeckError } from '@meshdeck/shared';
import type { OidcSettings } from '../../config/index.js';
import type { Identity } from '../identity-provider.js';
import { roleFrom } from '../role-map.js';

/** Claims by name, as the ID token and the user info say them. */
export type Claims = Readonly<Record<string, unknown>>;

function textsOf(claim: unknown): string[] {
  const all: unknown[] = Array.isArray(claim) ? claim : [claim];
  return all.filter((one): one is string => typeof one === 'string');
}

/**
 * Whom the claims are about. `sub` alone is unique at one issuer only, so both name the account [OIDC Core §5.7].
 *
 * @throws MeshdeckError `forbidden` where the provider has not checked the address, or nothing gives a role
 */
export function identityFrom(
  settings: OidcSettings,
  who: { iss: string; sub: string },
  claims: Claims,
): Identity {
  const email = emailSchema.safeParse(claims['email']);
  // An address that nobody checked may be anybody's [OIDC Core §5.1].
  if (!email.success || claims['email_verified'] !== true) {
    throw new MeshdeckError(
      'forbidden',
      `${settings.title} has not checked your e-mail address. Have it checked there, then sign in again.`,
    );
  }
  const [name] = [...textsOf(claims['name']), ...textsOf(claims['preferred_username']), email.data];
  return {
    via: 'oidc',
    subject: `${who.iss} ${who.sub}`,
    email: email.data,
    name: name ?? email.data,
    role: roleFrom(settings, textsOf(claims[settings.roleClaim])),
  };
}
