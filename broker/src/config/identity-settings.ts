import { roles } from '@meshdeck/shared';
import * as z from 'zod';

const text = (error: string) => z.string({ error }).trim().min(1, { error }).max(1000, { error });

const loopback = /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/;

/** Only what nobody else can read along. */
function isPlainOnlyHere(url: string, plain: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol !== plain || loopback.test(hostname);
}

const roleNames = z.enum(roles);
const roleMap = (what: string) =>
  z
    .partialRecord(roleNames, z.array(text(`must be ${what}`)), {
      error: `must name roles (${roles.join(', ')}), each with a list of ${what}`,
    })
    .optional();
const otherwise = z
  .enum([...roles, 'refuse'], { error: `must be one of ${roles.join(', ')}, refuse` })
  .default('user')
  .describe('Role of whom `roles` does not name; "refuse" keeps them out. Without `roles` it is not used.');

/** Says which setting nobody knows; a misspelt one must not be passed over where people sign in. */
function strictly<T extends z.ZodRawShape>(shape: T) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `knows no setting "${issue.keys.join('", "')}"; it knows ${Object.keys(shape).join(', ')}`
        : 'must be an object of settings',
  });
}

const ldapUrl = 'must be a URL such as ldaps://directory.example.org';

export const ldapSettingsSchema = strictly({
  title: text('must be a name').default('LDAP').describe('Name people see.'),
  url: text(ldapUrl)
    .refine((url) => URL.canParse(url) && /^ldaps?:\/\/[^/@]+\/?$/.test(url), { error: ldapUrl })
    .describe('The server: ldaps://host, or ldap://host with startTls.'),
  startTls: z
    .boolean({ error: 'must be true or false' })
    .default(false)
    .describe('Begin TLS on an ldap:// connection before anything else is sent.'),
  caFile: text('must be the path of a file')
    .optional()
    .describe(
      "PEM file with the authority that signed the server's certificate; the system's when left out.",
    ),
  bindDn: text('must be a distinguished name')
    .optional()
    .describe('Whom the hub signs in as to look people up; left out: nobody.'),
  bindPasswordFile: text('must be the path of a file')
    .optional()
    .describe('File with its password; the environment variable MESHDECK_LDAP_PASSWORD goes first.'),
  base: text('must be a distinguished name').describe('Below which people are.'),
  userFilter: text('must be an LDAP filter')
    .default('(objectClass=person)')
    .describe('Filter that people must match besides.'),
  loginAttributes: z
    .array(text('must be the name of an attribute'))
    .min(1, { error: 'must name one attribute at least' })
    .default(['mail', 'uid'])
    .describe('What people may type to sign in.'),
  emailAttribute: text('must be the name of an attribute').default('mail'),
  nameAttribute: text('must be the name of an attribute').default('cn'),
  subjectAttribute: text('must be the name of an attribute, or dn')
    .default('entryUUID')
    .describe('What never changes about somebody: entryUUID, objectGUID (Active Directory), or dn.'),
  groupBase: text('must be a distinguished name')
    .optional()
    .describe('Below which groups are; left out, only the attribute memberOf counts.'),
  roles: roleMap('distinguished names of groups').describe(
    'Roles, each with the groups (distinguished names) that give it; the one that may most counts.',
  ),
  otherwise,
}).refine(({ url, startTls }) => startTls || !URL.canParse(url) || isPlainOnlyHere(url, 'ldap:'), {
  error: 'sends passwords in the clear: take ldaps://, or set "startTls": true',
});
export type LdapSettings = z.infer<typeof ldapSettingsSchema>;

const issuerUrl = 'must be a URL such as https://login.example.org (http:// on loopback only)';

export const oidcSettingsSchema = strictly({
  title: text('must be a name').default('OpenID Connect').describe('Name people see.'),
  issuer: text(issuerUrl)
    .refine(
      (url) => URL.canParse(url) && /^https?:/.test(new URL(url).protocol) && isPlainOnlyHere(url, 'http:'),
      { error: issuerUrl },
    )
    .describe('The provider; its /.well-known/openid-configuration says the rest.'),
  clientId: text('must be the id the provider gave this hub'),
  clientSecretFile: text('must be the path of a file')
    .optional()
    .describe(
      'File with the secret; the environment variable MESHDECK_OIDC_SECRET goes first. Neither: a public client, PKCE alone.',
    ),
  scope: text('must be scopes in one text').default('openid email profile'),
  roleClaim: text('must be the name of a claim')
    .default('groups')
    .describe('Claim (a text or a list) that `roles` is held against.'),
  roles: roleMap('values of that claim').describe(
    'Roles, each with the values of roleClaim that give it; the one that may most counts.',
  ),
  otherwise,
});
export type OidcSettings = z.infer<typeof oidcSettingsSchema>;
