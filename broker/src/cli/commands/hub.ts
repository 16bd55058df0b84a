import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanJson, logUnhandledRejections } from '@meshdeck/shared';
import type { Command } from 'commander';
import pino, { type DestinationStream } from 'pino';
import { hubConfigJsonSchema, loadHubConfig, type HubFlags } from '../../config/index.js';
import type { CommandContext } from '../context.js';
import { jsonText } from '../text/json-text.js';

/** A hub that has not stopped by then is ended; the promise to people is 5 s. */
const stopLimitMs = 4800;

/** A folder that comes with the program: it stands beside `broker`, wherever below that this file ends up. */
function shipped(path: string): string {
  const here = fileURLToPath(import.meta.url);
  return join(here.slice(0, here.lastIndexOf(`${sep}broker${sep}`)), path);
}

/** JSON lines on stderr; strangers' names in them may reach a terminal. */
function logLines(): DestinationStream {
  const stderr = pino.destination({ fd: 2, sync: true });
  return { write: (line) => void stderr.write(cleanJson(line)) };
}

interface HubCommandOptions extends Record<
  Exclude<keyof HubFlags, 'dataDir' | 'mdns' | 'https'>,
  string | undefined
> {
  data?: string;
  mdns: boolean;
  https: boolean;
  config?: string;
  uiLink?: boolean;
}

function flagsOf({
  data,
  mdns,
  https,
  config: _config,
  uiLink: _uiLink,
  ...rest
}: HubCommandOptions): HubFlags {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    ...given,
    ...(data === undefined ? {} : { dataDir: data }),
    ...(mdns ? {} : { mdns: false }),
    ...(https ? {} : { https: false }),
  };
}

export function addHubCommand(program: Command, context: CommandContext): void {
  program
    .command('hub')
    .description('run the hub; prints one line of JSON to stdout when it is ready')
    .option('--data <dir>', 'data folder of the hub (MESHDECK_DATA)')
    .option('--host <address>', 'loopback address of the HTTP port')
    .option('--port <port>', 'HTTP port for this computer (7420; 0 takes a free one)')
    .option('--tls-port <port>', 'HTTPS port for machines (7421)')
    .option('--mqtt-port <port>', 'MQTT over TLS port for machines (8883)')
    .option('--sensor-port <port>', 'MQTT port for sensors (1883)')
    .option('--https-port <port>', 'HTTPS port for people on the network (7443)')
    .option('--https-names <names>', 'more host names of the HTTPS port, separated by commas')
    .option(
      '--https-certificate <file>',
      "certificate and chain of the HTTPS port, PEM; the hub's own by default",
    )
    .option('--https-key <file>', 'the private key of that certificate, PEM')
    .option('--no-https', 'do not open the HTTPS port: people use the hub on this computer only')
    .option('--lan-host <address>', 'address that all ports except --port listen on')
    .option('--interface <address>', 'announce the hub on this network interface only')
    .option('--no-mdns', 'do not announce the hub or search for machines by mDNS')
    .option('--name <name>', 'name of the hub that people see')
    .option('--upload-limit-bytes <bytes>', 'largest file anyone may upload')
    .option('--retention-days <days>', 'how long metrics and readings are kept')
    .option('--amqp <url>', 'send jobs through this RabbitMQ (MESHDECK_AMQP)')
    .option('--amqp-management <url>', "RabbitMQ's management API; with it each machine gets its own user")
    .option('--registration <mode>', 'who may create an account: open, invitation or off')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent')
    .option('--config <file>', 'JSON file with the same settings (see "meshdeck config schema")')
    .option('--ui-link', 'add a one-time sign-in link to the ready line')
    .action(async (options: HubCommandOptions) => {
      const config = loadHubConfig({ flags: flagsOf(options), env: context.env, configPath: options.config });
      const { createHub } = await import('../../hub.js');
      const logger = pino({ level: config.logLevel, base: null }, logLines());
      const { count } = logUnhandledRejections({
        source: process,
        log: (rejection) =>
          logger.error(rejection, 'unhandled rejection: a fault of this program; it goes on'),
      });
      const hub = createHub(config, {
        logger,
        unhandledRejections: count,
        uiDir: shipped('desktop/dist/renderer'),
        samplesDir: shipped('sample-apps'),
        agentDir: shipped('mesh-node/dist/package'),
      });
      const stop = (): void => {
        setTimeout(() => context.leave(1), stopLimitMs).unref();
        hub.stop().then(
          () => context.leave(0),
          () => context.leave(1),
        );
      };
      context.onInterrupt(stop);
      const ready = await hub.start({ uiLink: options.uiLink === true });
      context.terminal.print(jsonText(ready, { indent: 0 }));
    });
}

export function addConfigCommands(program: Command, { terminal }: CommandContext): void {
  const config = program.command('config').description("the hub's settings");
  config
    .command('schema')
    .description('print the JSON schema of the config file')
    .action(() => terminal.print(jsonText(hubConfigJsonSchema())));
}
