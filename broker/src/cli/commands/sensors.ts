import {
  formatAge,
  formatNumber,
  sensorRequestSchema,
  MeshdeckError,
  type SensorCredential,
  type SensorView,
} from '@meshdeck/shared';
import { pages } from '@meshdeck/shared/api';
import type { Command } from 'commander';
import {
  answer,
  connect,
  hubCommand,
  listingCommand,
  type CommandContext,
  type HubOptions,
} from '../context.js';
import type { Terminal } from '../terminal.js';
import { collectPairs } from '../text/parse-arguments.js';
import { formatFacts, formatTable } from '../text/table.js';

interface RegisterOptions extends HubOptions {
  id?: string;
  kind?: string;
  unit?: Record<string, string>;
  meta?: Record<string, string>;
  place?: string;
}

export function addSensorsCommands(program: Command, context: CommandContext): void {
  const { terminal, now } = context;
  const sensors = program.command('sensors').description('sensors and their latest readings');

  listingCommand(sensors, 'list', 'every sensor').action(async (options: HubOptions) => {
    const all = await pages('sensors', connect(context, options).sensors.list);
    answer(context, options, all, () => sensorsTable(all, terminal, now()));
  });

  listingCommand(sensors, 'show <sensor>', 'one sensor').action(async (id: string, options: HubOptions) => {
    const sensor = await connect(context, options).sensors.get({ id });
    answer(context, options, sensor, () => sensorFacts(sensor, terminal, now()));
  });

  listingCommand(sensors, 'register <name>', 'make a sensor known; its password is printed once')
    .option('--id <id>', 'id of the sensor; made from the name by default')
    .option('--kind <kind>', 'kind of sensor, such as climate')
    .option('--unit <measurement=unit>', 'unit of a measurement; repeatable', collectPairs)
    .option('--place <place>', 'where it is')
    .option('--meta <key=value>', 'any other fact about the sensor; repeatable', collectPairs)
    .action(async (name: string, options: RegisterOptions) => {
      const request = sensorRequestSchema.safeParse({
        name,
        id: options.id,
        kind: options.kind,
        units: options.unit,
        metadata: options.meta,
        location: options.place === undefined ? undefined : { place: options.place },
      });
      if (!request.success) {
        const issue = request.error.issues[0];
        throw new MeshdeckError(
          'invalid-request',
          `The sensor's ${issue?.path[0]?.toString() ?? 'data'} ${issue?.message ?? 'is not valid'}.`,
        );
      }
      const credential = await connect(context, options).sensors.register({ body: request.data });
      answer(context, options, credential, () => credentialText(credential, terminal));
    });

  listingCommand(sensors, 'rotate <sensor>', 'a new password; the old one ends at once').action(
    async (id: string, options: HubOptions) => {
      const credential = await connect(context, options).sensors.renewCredential({ id });
      answer(context, options, credential, () => credentialText(credential, terminal));
    },
  );

  hubCommand(sensors, 'remove <sensor>', 'forget a sensor').action(
    async (id: string, options: HubOptions) => {
      await connect(context, options).sensors.remove({ id });
      terminal.print(`${id} is removed.`);
    },
  );
}

const latest = (sensor: SensorView): string =>
  Object.entries(sensor.latest)
    .map(
      ([key, { value }]) =>
        `${key} ${formatNumber(value)}${sensor.units[key] === undefined ? '' : ` ${sensor.units[key]}`}`,
    )
    .join(', ') || '-';

function sensorsTable(sensors: readonly SensorView[], { paint, width }: Terminal, now: number): string {
  if (sensors.length === 0) return 'No sensors yet. Make one known with "meshdeck sensors register NAME".';
  return formatTable({
    paint,
    width,
    rows: sensors,
    columns: [
      { title: 'SENSOR', cell: ({ id }) => id },
      { title: 'NAME', cell: ({ name }) => name, wraps: true },
      { title: 'CONNECTED', cell: ({ connected }) => (connected ? 'yes' : 'no') },
      {
        title: 'LAST',
        cell: ({ lastReadingAt }) => (lastReadingAt === null ? 'never' : formatAge(lastReadingAt, now)),
      },
      { title: 'LATEST', wraps: true, cell: latest },
    ],
  });
}

function sensorFacts(sensor: SensorView, { paint }: Terminal, now: number): string {
  return formatFacts(
    [
      ['Sensor', sensor.id],
      ['Name', sensor.name],
      ['Kind', sensor.kind || '-'],
      ['Place', sensor.location.place ?? '-'],
      ['Topic', sensor.topic],
      ['Connected', sensor.connected ? 'yes' : 'no'],
      ['Last reading', sensor.lastReadingAt === null ? 'never' : formatAge(sensor.lastReadingAt, now)],
      ['Latest', latest(sensor)],
      ['Readings', formatNumber(sensor.readings)],
      ['Refused', sensor.refused === 0 ? '-' : `${sensor.refused}, last: ${sensor.lastRefusal ?? ''}`],
    ],
    paint,
  );
}

/** The credential, and a line that tries it. */
function credentialText(
  { sensor, username, password, brokerUrl }: SensorCredential,
  { paint }: Terminal,
): string {
  const { hostname, port } = new URL(brokerUrl);
  const facts = formatFacts(
    [
      ['Broker', brokerUrl],
      ['User', username],
      ['Password', password],
      ['Topic', sensor.topic],
    ],
    paint,
  );
  const tryIt = `mosquitto_pub -h ${hostname} -p ${port} -u ${username} -P ${password} -t ${sensor.topic} -m '{"temperature": 21.5}'`;
  return `${facts}\n\n${paint.dim('The password is shown only once. Try it:')}\n${tryIt}`;
}
