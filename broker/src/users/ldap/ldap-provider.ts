import { emailSchema, MeshdeckError } from '@meshdeck/shared';
import { ResultCodeError, type Entry } from 'ldapts';
import type { Logger } from 'pino';
import type { LdapSettings } from '../../config/index.js';
import type { Identity, PasswordProvider } from '../identity-provider.js';
import { createProviderState } from '../provider-state.js';
import { roleFrom } from '../role-map.js';
import { withLdap, type LdapServer } from './ldap-connection.js';
import { findPeople, groupsOf, valuesOf } from './ldap-search.js';

/**
 * Answers to a bind that are about the person: a rule broken, no such entry, no password there, wrong password, locked,
 * unwilling [RFC 4511 §4.1.9].
 */
const wrongPassword = new Set([19, 32, 48, 49, 50, 53]);

/** Spaces around commas and case mean nothing in a distinguished name. */
const sameDn = (dn: string): string =>
  dn
    .trim()
    .toLowerCase()
    .replace(/\s*([,=])\s*/g, '$1');

/** Signs people in by a directory: the hub looks them up, then the directory checks their password. */
export function createLdapProvider(parts: {
  settings: LdapSettings;
  /** PEM */
  ca: string | null;
  bindPassword: string | null;
  timeoutMs?: number;
  logger: Logger;
}): PasswordProvider {
  const { settings, ca, bindPassword, timeoutMs, logger } = parts;
  const { url, startTls, bindDn, title } = settings;
  const server: LdapServer = { url, startTls, ca, ...(timeoutMs !== undefined && { timeoutMs }) };

  const asHub = <T>(work: Parameters<typeof withLdap<T>>[1]): Promise<T> =>
    withLdap(server, async (client) => {
      // A bind even for nobody: without one a probe would not have asked anything.
      await client.bind(bindDn ?? '', bindDn === undefined ? '' : (bindPassword ?? ''));
      return work(client);
    });

  const state = createProviderState({ title, probe: () => asHub(async () => undefined), logger });

  async function isPasswordOf(dn: string, password: string): Promise<boolean> {
    try {
      await withLdap(server, (client) => client.bind(dn, password));
      return true;
    } catch (error) {
      if (error instanceof ResultCodeError && wrongPassword.has(error.code)) return false;
      throw error;
    }
  }

  function identityOf(entry: Entry, groups: readonly string[]): Identity {
    const [subject] = valuesOf(entry, settings.subjectAttribute);
    const email = emailSchema.safeParse(valuesOf(entry, settings.emailAttribute)[0]);
    if (subject === undefined || !email.success) {
      const missing = subject === undefined ? settings.subjectAttribute : settings.emailAttribute;
      logger.warn({ dn: entry.dn, missing }, 'person of the directory lacks an attribute');
      throw new MeshdeckError(
        'forbidden',
        `${title} does not say enough about you (${missing}). Ask whoever looks after it.`,
      );
    }
    const [name] = valuesOf(entry, settings.nameAttribute);
    return {
      via: 'ldap',
      subject: settings.subjectAttribute.toLowerCase() === 'dn' ? sameDn(subject) : subject,
      email: email.data,
      name: name ?? email.data,
      role: roleFrom(settings, groups, sameDn),
    };
  }

  return {
    id: 'ldap',
    kind: 'password',
    title,
    problem: state.problem,
    async check(login, password) {
      // A bind with an empty password succeeds as nobody [RFC 4513 §5.1.2].
      if (login === '' || password === '') return null;
      return state.ask(() =>
        asHub(async (client) => {
          const found = await findPeople(client, settings, login);
          const [entry] = found;
          if (entry === undefined) return null;
          if (found.length > 1) {
            logger.warn({ found: found.length }, 'several people of the directory go by one name');
            return null;
          }
          if (!(await isPasswordOf(entry.dn, password))) return null;
          return identityOf(entry, await groupsOf(client, settings, entry));
        }),
      );
    },
  };
}
