import { registrationModes } from '@meshdeck/shared';
import { fastPathsError, readFastPaths } from '@meshdeck/shared/runtime';
import * as z from 'zod';
import { ldapSettingsSchema, oidcSettingsSchema } from './identity-settings.js';

const port = z
  .int({ error: 'must be a whole number from 0 to 65535' })
  .min(0, { error: 'must be a whole number from 0 to 65535' })
  .max(65_535, { error: 'must be a whole number from 0 to 65535' });

const text = (error: string) => z.string({ error }).trim().min(1, { error }).max(500, { error });

const loopback = /^(127(\.\d{1,3}){3}|::1|localhost)$/;
function isUrl(text: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocols.includes(protocol) && hostname !== '';
}

const amqpError = 'must be a URL such as amqp://user:password@host:5672/vhost (amqps:// for TLS)';
const managementError = 'must be a URL such as http://host:15672';

const hostName =
  /^([a-z\d]([a-z\d-]{0,61}[a-z\d])?(\.[a-z\d]([a-z\d-]{0,61}[a-z\d])?)*(:\d{1,5})?|[\da-f]*:[\da-f:]+)$/i;
const namesError = 'must be names or addresses such as lab.example.org,10.0.0.7 or lab.example.org:443';

const mebibyte = 1024 * 1024;

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** What `meshdeck hub` can be told, by flag, by environment or in the `--config` file. */
export const hubConfigSchema = z.strictObject({
  dataDir: text('must be the path of a folder').describe('Folder for everything the hub keeps.'),
  host: text('must be a loopback address')
    .regex(loopback, {
      error:
        'must be a loopback address such as 127.0.0.1: plain HTTP is for its own machine only, --https-port is for the network',
    })
    .default('127.0.0.1')
    .describe('Address of the HTTP listener for people and programs; loopback only.'),
  port: port.default(7420).describe('TCP port of that listener; 0 takes a free one.'),
  tlsPort: port.default(7421).describe('HTTPS port for machines (hello, files); 0 takes a free one.'),
  mqttPort: port.default(8883).describe('MQTT over TLS port for machines; 0 takes a free one.'),
  sensorPort: port.default(1883).describe('Plain MQTT port for sensors; 0 takes a free one.'),
  lanHost: text('must be an address to listen on, such as 0.0.0.0')
    .default('0.0.0.0')
    .describe('Address the listeners for machines, sensors and people on the network bind to.'),
  https: z
    .boolean({ error: 'must be true or false' })
    .default(true)
    .describe('Serve the pages and the API to people on the network, over HTTPS.'),
  httpsPort: port.default(7443).describe('HTTPS port for people on the network; 0 takes a free one.'),
  httpsNames: text(namesError)
    .refine((names) => names.split(',').every((name) => hostName.test(name.trim())), { error: namesError })
    .optional()
    .describe(
      "Further names people open it under, separated by commas, each with a port where it is not httpsPort. The machine's addresses, its host name, HOSTNAME.local and the names of httpsCertificate are known without.",
    ),
  httpsCertificate: text('must be the path of a file')
    .optional()
    .describe(
      "PEM file with a certificate for people on the network, and those above it; the hub's own when left out. Machines never see it.",
    ),
  httpsKey: text('must be the path of a file')
    .optional()
    .describe('PEM file with the private key of httpsCertificate.'),
  interface: text('must be an address or a name of a network interface')
    .optional()
    .describe('The one network interface (address or name) to be found on, in place of every real one.'),
  mdns: z
    .boolean({ error: 'must be true or false' })
    .default(true)
    .describe('Announce the hub and look for machines by mDNS.'),
  name: text('must be a name of 1 to 80 characters')
    .max(80, { error: 'must be a name of 1 to 80 characters' })
    .optional()
    .describe('Name people see; the host name when left out.'),
  uploadLimitBytes: z
    .int({ error: 'must be a whole number of bytes, at least 1048576' })
    .min(mebibyte, { error: 'must be a whole number of bytes, at least 1048576' })
    .default(20 * 1024 * mebibyte)
    .describe('Largest file anyone may upload, in bytes.'),
  retentionDays: z
    .int({ error: 'must be a whole number of days from 1 to 3650' })
    .min(1, { error: 'must be a whole number of days from 1 to 3650' })
    .max(3650, { error: 'must be a whole number of days from 1 to 3650' })
    .optional()
    .describe(
      'For how many days readings of machines and sensors are kept as they were read; left out, as Settings say.',
    ),
  amqp: text(amqpError)
    .refine((url) => isUrl(url, ['amqp:', 'amqps:']), { error: amqpError })
    .optional()
    .describe(
      "RabbitMQ that job orders and reports go through, in place of the hub's own MQTT. A secret: it carries a password, so give it by environment or in this file where others can list processes. Without amqpManagement every machine that has joined gets these credentials.",
    ),
  amqpManagement: text(managementError)
    .refine((url) => isUrl(url, ['http:', 'https:']), { error: managementError })
    .optional()
    .describe(
      "RabbitMQ's management API. With it each machine gets a RabbitMQ user of its own, confined to its own queue. It is called with the user of this URL, or of amqp where it names none; that user needs the tag administrator.",
    ),
  registration: z
    .enum(registrationModes, { error: `must be one of ${registrationModes.join(', ')}` })
    .default('invitation')
    .describe(
      'Who may make an account: open (anybody who reaches the page), invitation, or off. Named here, admins cannot change it in Settings.',
    ),
  ldap: ldapSettingsSchema
    .optional()
    .describe('A directory whose people may sign in here (docs/sign-in.md); in this file only.'),
  oidc: oidcSettingsSchema
    .optional()
    .describe(
      'An OpenID Connect provider whose people may sign in here (docs/sign-in.md); in this file only.',
    ),
  fastPaths: z
    .string({ error: fastPathsError })
    .refine((text) => readFastPaths(text) !== null, { error: fastPathsError })
    .default('on')
    .describe(
      'What the hub does only to be quick: on, off, or the names of what to switch off, separated by commas. Everything is right without.',
    ),
  logLevel: z
    .enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` })
    .default('info')
    .describe('How much the hub logs to stderr.'),
});

export type HubSettings = z.infer<typeof hubConfigSchema>;
export type HubSettingKey = keyof HubSettings;
