import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Source } from './offered-files.js';
import {
  authoritiesOf,
  fromEnvironment,
  proxies,
  readOwn,
  settingsFor,
  withoutUser,
  type Base,
} from './machine-settings.js';
import type { UpstreamSettings } from './upstream.js';

/** What this machine's owner told pip, as far as it says where packages come from. */
export interface PipSettings {
  indexes: Source[];
  links: Source[];
  /** Constraint files, whole. */
  constraints: string[];
  settings: UpstreamSettings;
  appSettings: UpstreamSettings;
}

const usualIndex = 'https://pypi.org/simple';

/** `key = value` lines of the sections that count for an installation, the later ones winning; a value may go on below. */
function parseConfiguration(text: string): Map<string, string> {
  const sections: Record<string, Map<string, string>> = { global: new Map(), install: new Map() };
  let section: Map<string, string> | undefined;
  let key: string | undefined;
  for (const line of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    const [, head] = /^\[([^\]]+)\]\s*$/.exec(line) ?? [];
    const [, name, value = ''] = /^([A-Za-z][\w-]*)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (/^\s*[#;]/.test(line)) continue;
    if (head !== undefined) [section, key] = [sections[head.trim()], undefined];
    else if (name !== undefined) {
      key = name.toLowerCase().replaceAll('_', '-');
      section?.set(key, value.trim());
    } else if (key !== undefined && /^\s+\S/.test(line)) {
      section?.set(key, `${section.get(key) ?? ''} ${line.trim()}`.trim());
    }
  }
  return new Map([...(sections['global'] ?? []), ...(sections['install'] ?? [])]);
}

/** Where pip's configuration lies, the later files winning [pip, "Configuration"]. */
function configurationFiles(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  const home = env['HOME'] ?? homedir();
  const own = env['PIP_CONFIG_FILE'];
  if (own === '/dev/null' || own?.toLowerCase() === 'nul') return [];
  const named = own === undefined || own === '' ? [] : [own];
  if (platform === 'win32')
    return [
      join(env['ProgramData'] ?? 'C:\\ProgramData', 'pip', 'pip.ini'),
      join(home, 'pip', 'pip.ini'),
      join(env['APPDATA'] ?? home, 'pip', 'pip.ini'),
      ...named,
    ];
  const user = join(home, '.pip', 'pip.conf');
  const config = join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'pip', 'pip.conf');
  if (platform === 'darwin')
    return [
      '/Library/Application Support/pip/pip.conf',
      user,
      join(home, 'Library/Application Support/pip/pip.conf'),
      config,
      ...named,
    ];
  const wide = (env['XDG_CONFIG_DIRS'] ?? '/etc/xdg')
    .split(':')
    .map((folder) => join(folder, 'pip', 'pip.conf'));
  return [...wide, '/etc/pip.conf', user, config, ...named];
}

const list = (text: string | undefined) => (text ?? '').split(/\s+/).filter(Boolean);

/** An address, or a path of this machine, of the owner's settings. */
function place(text: string): { url: URL; authorization?: string } | undefined {
  if (isAbsolute(text)) return { url: pathToFileURL(text) };
  if (!URL.canParse(text)) return undefined;
  const found = withoutUser(text);
  return /^(https?|file):$/.test(found.url.protocol) ? found : undefined;
}

/** Reads pip's settings of this machine, as pip itself would: files, then the environment. */
export async function readPipSettings(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Promise<PipSettings> {
  const told = new Map<string, string>();
  for (const path of configurationFiles(env, platform)) {
    const text = await readOwn(path);
    for (const [key, value] of text === undefined ? [] : parseConfiguration(text)) told.set(key, value);
  }
  for (const [name, value] of Object.entries(env)) {
    const key = /^PIP_(\w+)$/i.exec(name)?.[1]?.toLowerCase().replaceAll('_', '-');
    if (key !== undefined && value) told.set(key, value);
  }
  const isSet = (key: string) => /^(1|y|yes|t|true|on)$/i.test(told.get(key) ?? '');
  const wanted = isSet('no-index')
    ? []
    : [told.get('index-url') ?? usualIndex, ...list(told.get('extra-index-url'))];
  const indexes = wanted.flatMap((text) => place(text) ?? []);
  const links = list(told.get('find-links')).flatMap((text) => place(text) ?? []);
  const bases: Base[] = [...indexes, ...links].map((found) => ({ ...found, reach: 'host' }));
  const pem = told.get('client-cert');
  const client = pem === undefined ? undefined : await readOwn(pem);
  const proxy = told.get('proxy');
  const constraints = await Promise.all(list(told.get('constraint')).map(readOwn));
  return {
    indexes: indexes.map(({ url }) => ({ url, byApp: false })),
    links: links.map(({ url }) => ({ url, byApp: false })),
    constraints: constraints.filter((text) => text !== undefined),
    ...settingsFor({
      bases,
      proxyFor: proxies(env, { http: proxy, https: proxy }),
      authorities: await authoritiesOf(env, told.get('cert')),
      client: client === undefined ? null : { cert: client, key: client },
      trustedHosts: list(told.get('trusted-host') ?? fromEnvironment(env, 'pip_trusted_host')),
    }),
  };
}
