import { readFile } from 'node:fs/promises';
import { MeshdeckError } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { HubConfig } from '../config/index.js';
import type { IdentityProvider } from './identity-provider.js';

async function read(path: string | undefined, setting: string): Promise<string | null> {
  if (path === undefined) return null;
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new MeshdeckError('invalid-config', `"${setting}" names ${path}, which cannot be read.`, { cause });
  }
}

/**
 * The other servers that the configuration lets vouch for people, each asked once in the background. Where there are none,
 * their libraries are not loaded.
 *
 * @throws MeshdeckError `invalid-config` where a file it names cannot be read
 */
export async function identityProvidersOf(
  config: Pick<HubConfig, 'ldap' | 'oidc' | 'identitySecrets'>,
  logger: Logger,
): Promise<IdentityProvider[]> {
  const { ldap, oidc, identitySecrets } = config;
  const providers: IdentityProvider[] = [];
  if (ldap !== undefined) {
    const { createLdapProvider } = await import('./ldap/ldap-provider.js');
    providers.push(
      createLdapProvider({
        settings: ldap,
        ca: await read(ldap.caFile, 'ldap.caFile'),
        bindPassword: identitySecrets.ldap ?? (await read(ldap.bindPasswordFile, 'ldap.bindPasswordFile')),
        logger: logger.child({ provider: 'ldap' }),
      }),
    );
  }
  if (oidc !== undefined) {
    const { createOidcProvider } = await import('./oidc/oidc-provider.js');
    providers.push(
      createOidcProvider({
        settings: oidc,
        clientSecret: identitySecrets.oidc ?? (await read(oidc.clientSecretFile, 'oidc.clientSecretFile')),
        logger: logger.child({ provider: 'oidc' }),
      }),
    );
  }
  for (const provider of providers) provider.problem();
  return providers;
}
