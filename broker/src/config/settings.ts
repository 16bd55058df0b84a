import type { HubSettingKey } from './hub-config-schema.js';

/** How a setting's text (flag, environment) becomes its value. */
type Kind = 'text' | 'path' | 'number' | 'switch' | 'object';

export interface Setting {
  key: HubSettingKey;
  kind: Kind;
  /** Null: not by flag. */
  flag: string | null;
  /** Null: not by environment. */
  environment: string | null;
  /** Its value is shown nowhere, not even where it is wrong. */
  secret?: true;
}

/** Every setting under the three names people know it by. */
export const settings: readonly Setting[] = [
  { key: 'dataDir', kind: 'path', flag: '--data', environment: 'MESHDECK_DATA' },
  { key: 'host', kind: 'text', flag: '--host', environment: 'MESHDECK_HOST' },
  { key: 'port', kind: 'number', flag: '--port', environment: 'MESHDECK_PORT' },
  { key: 'tlsPort', kind: 'number', flag: '--tls-port', environment: 'MESHDECK_TLS_PORT' },
  { key: 'mqttPort', kind: 'number', flag: '--mqtt-port', environment: 'MESHDECK_MQTT_PORT' },
  { key: 'sensorPort', kind: 'number', flag: '--sensor-port', environment: 'MESHDECK_SENSOR_PORT' },
  { key: 'lanHost', kind: 'text', flag: '--lan-host', environment: 'MESHDECK_LAN_HOST' },
  { key: 'https', kind: 'switch', flag: '--no-https', environment: 'MESHDECK_HTTPS' },
  { key: 'httpsPort', kind: 'number', flag: '--https-port', environment: 'MESHDECK_HTTPS_PORT' },
  { key: 'httpsNames', kind: 'text', flag: '--https-names', environment: 'MESHDECK_HTTPS_NAMES' },
  {
    key: 'httpsCertificate',
    kind: 'path',
    flag: '--https-certificate',
    environment: 'MESHDECK_HTTPS_CERTIFICATE',
  },
  { key: 'httpsKey', kind: 'path', flag: '--https-key', environment: 'MESHDECK_HTTPS_KEY' },
  { key: 'interface', kind: 'text', flag: '--interface', environment: 'MESHDECK_INTERFACE' },
  { key: 'mdns', kind: 'switch', flag: '--no-mdns', environment: 'MESHDECK_MDNS' },
  { key: 'name', kind: 'text', flag: '--name', environment: 'MESHDECK_NAME' },
  {
    key: 'uploadLimitBytes',
    kind: 'number',
    flag: '--upload-limit-bytes',
    environment: 'MESHDECK_UPLOAD_LIMIT_BYTES',
  },
  { key: 'retentionDays', kind: 'number', flag: '--retention-days', environment: 'MESHDECK_RETENTION_DAYS' },
  { key: 'amqp', kind: 'text', flag: '--amqp', environment: 'MESHDECK_AMQP', secret: true },
  {
    key: 'amqpManagement',
    kind: 'text',
    flag: '--amqp-management',
    environment: 'MESHDECK_AMQP_MANAGEMENT',
    secret: true,
  },
  { key: 'registration', kind: 'text', flag: '--registration', environment: 'MESHDECK_REGISTRATION' },
  { key: 'ldap', kind: 'object', flag: null, environment: null, secret: true },
  { key: 'oidc', kind: 'object', flag: null, environment: null, secret: true },
  { key: 'fastPaths', kind: 'text', flag: null, environment: 'MESHDECK_FAST_PATHS' },
  { key: 'logLevel', kind: 'text', flag: '--log-level', environment: 'MESHDECK_LOG_LEVEL' },
];

const switches = new Map<string, boolean>([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
]);

/** Text as the value its kind means; what makes no sense is handed on for the schema to refuse. */
export function valueFromText(kind: Kind, text: string): string | number | boolean {
  if (kind === 'number') return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
  if (kind === 'switch') return switches.get(text.trim().toLowerCase()) ?? text;
  return text;
}
