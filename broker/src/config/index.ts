export { hubConfigSchema, logLevels, type HubSettingKey, type HubSettings } from './hub-config-schema.js';
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
export { settings } from './settings.js';
