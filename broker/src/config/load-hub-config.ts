import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import { readConfigFile } from './config-file.js';
import { hubConfigSchema, type HubSettingKey, type HubSettings } from './hub-config-schema.js';
import { settings, valueFromText, type Setting } from './settings.js';

export type SettingSource = 'flag' | 'environment' | 'file' | 'default';

/** The hub's settings, each with where it came from: a named port must be had, a default one may fall back. */
export type HubConfig = HubSettings & {
  sources: Record<HubSettingKey, SettingSource>;
  /** From the environment, before any file; never logged. */
  identitySecrets: { ldap: string | null; oidc: string | null };
};

/** Text as typed after a flag; `--no-mdns` arrives as `mdns: false`. */
export type HubFlags = Partial<Record<HubSettingKey, string | boolean>>;

export type Environment = Readonly<Record<string, string | undefined>>;

interface Given {
  value: unknown;
  source: SettingSource;
  /** For people: `the flag --port`. */
  where: string;
}

export const defaultDataDir = (): string => join(homedir(), '.meshdeck', 'hub');

function find(
  setting: Setting,
  {
    flags,
    env,
    file,
  }: { flags: HubFlags; env: Environment; file: { path: string; values: Record<string, unknown> } },
): Given | null {
  const flag = flags[setting.key];
  if (flag !== undefined) {
    const value = typeof flag === 'string' ? valueFromText(setting.kind, flag) : flag;
    return { value, source: 'flag', where: `the flag ${setting.flag ?? setting.key}` };
  }
  const text = setting.environment === null ? undefined : env[setting.environment];
  if (text !== undefined && text !== '') {
    return {
      value: valueFromText(setting.kind, text),
      source: 'environment',
      where: `the environment variable ${setting.environment ?? setting.key}`,
    };
  }
  if (!(setting.key in file.values)) return null;
  const value = file.values[setting.key];
  // A path in a file means: seen from where that file lies.
  const isPath = setting.kind === 'path' && typeof value === 'string';
  const seenFromFile = (path: string) => resolve(dirname(file.path), path);
  return {
    value: isPath ? seenFromFile(value) : withPaths(value, seenFromFile),
    source: 'file',
    where: `the config file ${file.path}`,
  };
}

/** The paths inside an object of settings: those whose names end in `File`. */
function withPaths(value: unknown, place: (path: string) => string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      key,
      key.endsWith('File') && typeof inner === 'string' && inner !== '' ? place(inner) : inner,
    ]),
  );
}

function checked(setting: Setting, given: Given): unknown {
  const result = hubConfigSchema.shape[setting.key].safeParse(given.value);
  if (result.success) return setting.kind === 'path' ? resolve(String(result.data)) : result.data;
  const issue = result.error.issues[0];
  const reason = issue?.message ?? 'is not valid';
  const name = [setting.key, ...(issue?.path ?? [])].join('.');
  const said = setting.secret === true ? 'something else' : JSON.stringify(given.value);
  throw new MeshdeckError('invalid-config', `"${name}" ${reason}, but ${given.where} says ${said}.`);
}

/**
 * Merges flags, `MESHDECK_*` environment, the JSON file (`configPath` or `MESHDECK_CONFIG`) and defaults, the first that
 * speaks winning.
 *
 * @throws MeshdeckError `invalid-config`, naming the setting and where the wrong value came from
 */
export function loadHubConfig({
  flags,
  env,
  configPath,
}: {
  flags: HubFlags;
  env: Environment;
  configPath?: string | undefined;
}): HubConfig {
  const path = configPath ?? (env.MESHDECK_CONFIG === '' ? undefined : env.MESHDECK_CONFIG);
  const file =
    path === undefined ? { path: '', values: {} } : { path: resolve(path), values: readConfigFile(path) };
  const values: Partial<Record<HubSettingKey, unknown>> = { dataDir: defaultDataDir() };
  const sources: Partial<Record<HubSettingKey, SettingSource>> = {};
  for (const setting of settings) {
    const given = find(setting, { flags, env, file });
    sources[setting.key] = given?.source ?? 'default';
    if (given !== null) values[setting.key] = checked(setting, given);
  }
  return {
    ...hubConfigSchema.parse(values),
    sources: sources as Record<HubSettingKey, SettingSource>,
    identitySecrets: {
      ldap: env.MESHDECK_LDAP_PASSWORD ?? null,
      oidc: env.MESHDECK_OIDC_SECRET ?? null,
    },
  };
}

/** Whether a person asked for this value by name. */
export function isNamed(config: HubConfig, key: HubSettingKey): boolean {
  return config.sources[key] !== 'default';
}
