import { pipeline } from 'node:stream/promises';
import {
  MeshdeckError,
  formatAge,
  formatNumber,
  nodeIdSchema,
  seriesSourceSchema,
  seriesTiers,
  type SeriesInfo,
  type SeriesTier,
} from '@meshdeck/shared';
import { pages } from '@meshdeck/shared/api';
import { Option, type Command } from 'commander';
import type { Api } from '../api/transport.js';
import {
  answer,
  connect,
  hubCommand,
  listingCommand,
  type CommandContext,
  type HubOptions,
} from '../context.js';
import { checkOutput, saveStream } from '../run/files.js';
import type { Terminal } from '../terminal.js';
import { parseMoment } from '../text/parse-arguments.js';
import { formatTable } from '../text/table.js';
import { addKeepCommand } from './series-keep.js';

interface ExportOptions extends HubOptions {
  from: string;
  to: string;
  keys?: string;
  format: 'csv' | 'parquet';
  tier: SeriesTier;
  out?: string;
}

/** `sensor:ID` and `node:ID` as they are; a bare id is a sensor's where there is one, else a machine's. */
async function findSource(client: Api, id: string): Promise<string> {
  if (seriesSourceSchema.safeParse(id).success) return id;
  const sensors = await pages('sensors', client.sensors.list);
  if (sensors.some((sensor) => sensor.id === id)) return `sensor:${id}`;
  try {
    const node = await client.nodes.get({ id });
    return nodeIdSchema.safeParse(node.id).success ? `node:${node.id}` : id;
  } catch (error) {
    if (!(error instanceof MeshdeckError) || error.code !== 'not-found') throw error;
    throw new MeshdeckError(
      'not-found',
      `There is no sensor and no machine ${id}. See "meshdeck series list".`,
    );
  }
}

export function addSeriesCommands(program: Command, context: CommandContext): void {
  const { terminal, now } = context;
  const series = program.command('series').description("machines' metrics and sensors' readings over time");

  listingCommand(series, 'list', 'what has been recorded')
    .option('--source <id>', 'of one sensor or machine only')
    .action(async (options: HubOptions & { source?: string }) => {
      const client = connect(context, options);
      const source = options.source === undefined ? undefined : await findSource(client, options.source);
      const all = await pages('series', (page) => client.series.list({ source, ...page }));
      answer(context, options, all, () => seriesTable(all, terminal, now()));
    });

  hubCommand(series, 'export <id>', 'the readings of a sensor or the metrics of a machine, as a file')
    .option('--from <when>', 'start: a time or an age (2026-11-21T08:00, 2h)', '24h')
    .option('--to <when>', 'end: a time or an age', 'now')
    .option('--keys <names>', 'these measurements only, separated by commas')
    .addOption(
      new Option('--format <format>', 'format of the file').choices(['csv', 'parquet']).default('csv'),
    )
    .addOption(
      new Option('--tier <tier>', 'readings, or of each minute or hour the least, greatest, mean and count')
        .choices([...seriesTiers])
        .default('readings'),
    )
    .option('--out <file>', 'file to write; stdout by default')
    .action(async (id: string, options: ExportOptions) => {
      if (options.out !== undefined) await checkOutput(options.out);
      const client = connect(context, options);
      const source = await findSource(client, id);
      const from = parseMoment(options.from, now());
      await tellWhatIsGone(context, client, { source, from, tier: options.tier });
      const body = await client.series.export({
        ...{ source, from, tier: options.tier },
        keys: options.keys,
        to: parseMoment(options.to, now()),
        format: options.format,
      });
      if (options.out === undefined) return pipeline(body, process.stdout, { end: false });
      await saveStream(body, options.out);
      terminal.print(options.out);
    });

  addKeepCommand(series, context);
}

/** On stderr: an export of a time of which the tier is no longer kept begins later than was asked. */
async function tellWhatIsGone(
  { terminal }: CommandContext,
  client: Api,
  { source, from, tier }: { source: string; from: number; tier: SeriesTier },
): Promise<void> {
  if (tier === 'hours') return;
  const series = await pages('series', (page) => client.series.list({ source, ...page }));
  const keptFrom = Math.max(
    0,
    ...series.map((one) => (tier === 'readings' ? one.readingsFrom : one.minutesFrom) ?? 0),
  );
  const began = Math.min(...series.map(({ firstTs }) => firstTs ?? Infinity));
  if (from >= keptFrom || began >= keptFrom) return;
  const coarser = tier === 'readings' ? 'minutes' : 'hours';
  terminal.note(
    `Of the time before ${new Date(keptFrom).toISOString()} no ${tier} are kept, and the file has none: --tier ${coarser} exports the least, greatest, mean and count of each ${coarser.slice(0, -1)}.`,
  );
}

function seriesTable(series: readonly SeriesInfo[], { paint, width }: Terminal, now: number): string {
  if (series.length === 0) return 'Nothing has been recorded yet.';
  const age = (ts: number | null): string => (ts === null ? '-' : formatAge(ts, now));
  return formatTable({
    paint,
    width,
    rows: series,
    columns: [
      { title: 'SOURCE', cell: ({ source }) => source },
      { title: 'MEASUREMENT', cell: ({ key }) => key },
      { title: 'UNIT', cell: ({ unit }) => unit },
      { title: 'READINGS', align: 'right', cell: ({ count }) => formatNumber(count) },
      { title: 'FIRST', cell: ({ firstTs }) => age(firstTs) },
      { title: 'LAST', cell: ({ lastTs }) => age(lastTs) },
    ],
  });
}
