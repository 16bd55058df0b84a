import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RegistryFor } from './gateway.js';
import {
  authoritiesOf,
  basicAuthorization,
  proxies,
  readOwn,
  settingsFor,
  withoutUser,
  type Base,
} from './machine-settings.js';
import type { UpstreamSettings } from './upstream.js';

/** What this machine's owner told npm, as far as it says where packages come from. */
export interface NpmSettings {
  registryFor: RegistryFor;
  settings: UpstreamSettings;
  appSettings: UpstreamSettings;
}

const usualRegistry = 'https://registry.npmjs.org/';

/** `key=value` lines of an .npmrc, `${NAME}` replaced from the environment [npm, ".npmrc"]. */
function parseNpmrc(text: string, env: NodeJS.ProcessEnv): [string, string][] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .filter((line) => !/^\s*[#;]/.test(line))
    .flatMap((line) => {
      const [, key, value] = /^\s*([^=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      if (key === undefined || value === undefined) return [];
      const plain = value.replace(/^"(.*)"$/, '$1').replace(/^'(.*)'$/, '$1');
      return [
        [key, plain.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => env[name] ?? whole)] as [
          string,
          string,
        ],
      ];
    });
}

const decode = (base64: string) => Buffer.from(base64, 'base64').toString('utf8');

/** What is said to whatever lies below an address that the settings hold a secret for: `//host/path/:_authToken=...`. */
function secretBases(told: ReadonlyMap<string, string>): Base[] {
  const places = new Set(
    [...told.keys()].flatMap((key) => /^(\/\/.*\/):(?:_authToken|_auth|username)$/.exec(key)?.[1] ?? []),
  );
  return [...places].flatMap((place) => {
    const of = (name: string) => told.get(`${place}:${name}`);
    const [token, both, user, password] = [of('_authToken'), of('_auth'), of('username'), of('_password')];
    const authorization =
      token !== undefined
        ? `Bearer ${token}`
        : both !== undefined
          ? `Basic ${both}`
          : user !== undefined && password !== undefined
            ? basicAuthorization(user, decode(password))
            : undefined;
    if (authorization === undefined || !URL.canParse(`https:${place}`)) return [];
    return [{ url: new URL(`https:${place}`), authorization, reach: 'path' as const }];
  });
}

/** An archive of the public registry, as a lock names it, where this machine's registry has it: npm takes it for any registry. */
export function atRegistry({ registryFor }: NpmSettings, address: string, name: string): string {
  const url = new URL(address);
  if (url.hostname !== new URL(usualRegistry).hostname) return address;
  const scope = name.startsWith('@') ? (name.split('/')[0] ?? '') : '';
  return new URL(url.pathname.slice(1), registryFor(scope).href.replace(/\/*$/, '/')).href;
}

/** Reads npm's settings of this machine, as npm itself would: the wide file, the user's, then the environment. */
export async function readNpmSettings(env: NodeJS.ProcessEnv = process.env): Promise<NpmSettings> {
  const home = env['HOME'] ?? homedir();
  const wide = env['npm_config_globalconfig'] ?? join(dirname(dirname(process.execPath)), 'etc', 'npmrc');
  const own = env['npm_config_userconfig'] ?? env['NPM_CONFIG_USERCONFIG'] ?? join(home, '.npmrc');
  const told = new Map<string, string>();
  for (const path of [wide, '/etc/npmrc', own]) {
    const text = await readOwn(path);
    for (const [key, value] of text === undefined ? [] : parseNpmrc(text, env)) told.set(key, value);
  }
  for (const [name, value] of Object.entries(env)) {
    const [, key] = /^npm_config_(.+)$/i.exec(name) ?? [];
    if (key === undefined || !value) continue;
    // Secrets of a registry are the only keys in which capitals and underscores count.
    told.set(key.startsWith('//') ? key : key.toLowerCase().replaceAll(/(?!^)_/g, '-'), value);
  }
  const bases: Base[] = secretBases(told);
  const registries = new Map<string, URL>();
  for (const [key, value] of [['registry', usualRegistry] as const, ...told]) {
    const form = /^(?:(@[^:]+):)?registry$/.exec(key);
    if (form === null || !URL.canParse(value)) continue;
    const { url, authorization } = withoutUser(value);
    registries.set(form[1] ?? '', url);
    bases.push({ url, reach: 'path', ...(authorization === undefined ? {} : { authorization }) });
  }
  const file = told.get('cafile');
  const inline = told.get('ca')?.replaceAll('\\n', '\n');
  const usual = registries.get('') ?? new URL(usualRegistry);
  return {
    registryFor: (scope) => registries.get(scope) ?? usual,
    ...settingsFor({
      bases,
      proxyFor: proxies(env, {
        http: told.get('proxy') ?? told.get('http-proxy'),
        https: told.get('https-proxy'),
      }),
      authorities: [...(await authoritiesOf(env, file)), ...(inline === undefined ? [] : [inline])],
      trustedHosts: told.get('strict-ssl') === 'false' ? bases.map(({ url }) => url.host) : [],
    }),
  };
}
