export type { HubSettingKey, HubSettings } from './hub-config-schema.js';
export type { LdapSettings, OidcSettings } from './identity-settings.js';
export { hubConfigJsonSchema } from './json-schema.js';
export {
  defaultDataDir,
  isNamed,
  loadHubConfig,
  type Environment,
  type HubConfig,
  type HubFlags,
  type SettingSource,
} from './load-hub-config.js';
