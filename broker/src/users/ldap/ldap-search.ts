import { AndFilter, EqualityFilter, FilterParser, OrFilter, type Client, type Entry } from 'ldapts';
import type { LdapSettings } from '../../config/index.js';

/** Every value of an attribute as text; bytes (objectGUID) in hex. Names of attributes know no case. */
export function valuesOf(entry: Entry, attribute: string): string[] {
  if (attribute.toLowerCase() === 'dn') return [entry.dn];
  const key = Object.keys(entry).find((name) => name.toLowerCase() === attribute.toLowerCase());
  const value = key === undefined ? [] : entry[key];
  const all: (string | Buffer)[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return all.map((one) => (typeof one === 'string' ? one : one.toString('hex'))).filter((one) => one !== '');
}

/**
 * Everybody who goes by that name, two at most. The name travels as a value of its own (BER), never as part of a
 * filter's text: nothing in it can change what is asked [RFC 4515 §3, RFC 4511 §4.5.1.7].
 */
export async function findPeople(client: Client, settings: LdapSettings, login: string): Promise<Entry[]> {
  const { base, userFilter, loginAttributes, emailAttribute, nameAttribute, subjectAttribute } = settings;
  const goesBy = loginAttributes.map((attribute) => new EqualityFilter({ attribute, value: login }));
  const filter = new AndFilter({
    filters: [FilterParser.parseString(userFilter), new OrFilter({ filters: goesBy })],
  });
  const { searchEntries } = await client.search(base, {
    scope: 'sub',
    filter,
    sizeLimit: 2,
    attributes: [emailAttribute, nameAttribute, subjectAttribute, 'memberOf'],
    explicitBufferAttributes: ['objectGUID'],
  });
  return searchEntries;
}

/** Distinguished names of the groups somebody is in. */
export async function groupsOf(client: Client, settings: LdapSettings, entry: Entry): Promise<string[]> {
  const named = valuesOf(entry, 'memberOf');
  if (settings.groupBase === undefined) return named;
  const filters = ['member', 'uniqueMember'].map(
    (attribute) => new EqualityFilter({ attribute, value: entry.dn }),
  );
  const { searchEntries } = await client.search(settings.groupBase, {
    scope: 'sub',
    filter: new OrFilter({ filters }),
    attributes: ['cn'],
  });
  return [...named, ...searchEntries.map(({ dn }) => dn)];
}
