import {
  MeshdeckError,
  changedReading,
  cleanLine,
  describeNetworkNeed,
  formatAge,
  formatBytes,
  toldWords,
  type AppView,
  type SampleView,
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
import { chosen, prepareSample } from '../run/choose-app.js';
import { checkOutput } from '../run/files.js';
import { packApp } from '../run/pack-app.js';
import { askedReading, withReadingOptions, type ReadingFlags } from '../run/reading-options.js';
import { putReading } from '../run/remember-reading.js';
import type { Terminal } from '../terminal.js';
import { formatFacts, formatTable } from '../text/table.js';
import { modelText } from '../views/model.js';
import { speedsText } from '../views/speeds.js';
import { appWords, whoseSentence, whoseWords } from '../views/whose-app.js';
import { addModelCommand } from './model.js';
import { perform, withRunOptions, type RunOptions } from './run.js';

export function addAppsCommands(program: Command, context: CommandContext): void {
  const { terminal, now } = context;
  const apps = program.command('apps').description('models and apps on the hub');

  listingCommand(apps, 'list', 'every app').action(async (options: HubOptions) => {
    const all = await pages('apps', connect(context, options).apps.list);
    answer(context, options, all, () => appsTable(all, terminal, now()));
  });

  listingCommand(
    apps,
    'show <name>',
    'one app; of a model, what it takes and gives, and what it costs',
  ).action(async (name: string, options: HubOptions) => {
    const client = connect(context, options);
    const app = await client.apps.get({ name });
    if (options.json === true || app.manifest.runtime !== 'onnx') {
      answer(context, options, app, () => appFacts(app, terminal, now()));
      return;
    }
    const [model, speeds] = await Promise.all([
      client.apps.model({ name: app.ref }),
      pages('speeds', client.speeds.list),
    ]);
    const own = speeds.filter(({ bundleSha256 }) => bundleSha256 === app.bundle.sha256);
    terminal.print(
      [appFacts(app, terminal, now()), modelText(model, terminal), speedsText(own, terminal, now())].join(
        '\n\n',
      ),
    );
  });

  addModelCommand(apps, context);

  listingCommand(apps, 'speeds [name]', 'how fast apps run on which machine, as learned').action(
    async (name: string | undefined, options: HubOptions) => {
      const all = await pages('speeds', connect(context, options).speeds.list);
      const found = name === undefined ? all : all.filter(({ app }) => app?.name === name);
      answer(context, options, found, () => speedsText(found, terminal, now()));
    },
  );

  listingCommand(apps, 'push <path>', 'send a model, a script, an app folder or an archive').action(
    async (path: string, options: HubOptions) => {
      const packed = await packApp(path);
      if (packed === null) throw new MeshdeckError('not-found', `There is no file or folder ${path}.`);
      packed.notes.forEach(terminal.note);
      const app = await connect(context, options).apps.push({
        filename: packed.filename,
        body: { stream: packed.body },
      });
      answer(
        context,
        options,
        app,
        ({ name, version, manifest }) => `${name} ${version} (${manifest.runtime})`,
      );
    },
  );

  withReadingOptions(
    listingCommand(apps, 'reading <name>', 'show how an app reads its tables').option('--clear', 'forget it'),
  ).action(async (name: string, options: HubOptions & ReadingFlags & { clear?: boolean }) => {
    const client = connect(context, options);
    const asked = askedReading(options);
    const app = await client.apps.get({ name });
    const whose = whoseSentence(app);
    if (whose !== undefined) terminal.note(whose);
    const wanted = changedReading(options.clear === true ? {} : app.reading, asked ?? {});
    const isChanged = options.clear === true || asked !== undefined;
    const { reading } = isChanged ? await putReading(client, chosen(app), wanted) : app;
    answer(
      context,
      options,
      reading,
      () => toldWords(reading).map(cleanLine).join('\n') || `${appWords(app)} remembers nothing.`,
    );
  });

  hubCommand(apps, 'remove <name>', 'forget an app and its versions').action(
    async (name: string, options: HubOptions) => {
      await connect(context, options).apps.remove({ name });
      terminal.print(`${name} is removed.`);
    },
  );
}

export function addSamplesCommands(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const samples = program.command('samples').description('apps to try, each with a table');

  listingCommand(samples, 'list', 'every sample').action(async (options: HubOptions) => {
    const { samples: all } = await connect(context, options).samples.list();
    answer(context, options, all, () => samplesTable(all, terminal));
  });

  const run = listingCommand(samples, 'run <name>', 'run a sample on its own table').option(
    '--out <file.csv>',
    'where the predictions go',
  );
  withRunOptions(run).action(async (name: string, options: RunOptions) => {
    if (options.out !== undefined) await checkOutput(options.out);
    const client = connect(context, options);
    await perform(context, options, { app: () => prepareSample(client, name) });
  });
}

function appsTable(apps: readonly AppView[], { paint, width }: Terminal, now: number): string {
  if (apps.length === 0)
    return 'No apps yet. Push one with "meshdeck apps push PATH", or see "meshdeck samples list".';
  return formatTable({
    paint,
    width,
    rows: apps,
    columns: [
      { title: 'APP', cell: (app) => (app.whose === 'other' ? app.ref : app.name) },
      { title: 'WHOSE', cell: whoseWords },
      { title: 'VERSION', cell: ({ version }) => version },
      { title: 'RUNTIME', cell: ({ manifest }) => manifest.runtime },
      { title: 'SIZE', align: 'right', cell: ({ bundle }) => formatBytes(bundle.bytes) },
      { title: 'PUSHED', cell: ({ pushedAt }) => formatAge(pushedAt, now) },
      { title: 'TITLE', wraps: true, cell: ({ title }) => title },
    ],
  });
}

function appFacts(app: AppView, { paint }: Terminal, now: number): string {
  const { limits, runtime, entry } = app.manifest;
  return formatFacts(
    [
      ['App', app.name],
      ['Whose', `${whoseWords(app)} (${app.ref})`],
      ['Title', app.title],
      ['Description', app.description || '-'],
      ['Version', app.version],
      ['Runtime', `${runtime}, ${entry}${app.inferred ? ' (no meshdeck.json: inferred)' : ''}`],
      [
        'Limits',
        `${limits.timeSeconds} s, ${formatBytes(limits.memoryBytes)} memory, ${formatBytes(limits.outputBytes)} output`,
      ],
      ['Reading', toldWords(app.reading).join('; ') || 'found out for each table'],
      ['Network', describeNetworkNeed(app.manifest.needs.network) ?? 'does not ask for it'],
      ['Pushed', formatAge(app.pushedAt, now)],
      ['Files', app.files.map(({ path, bytes }) => `${path} (${formatBytes(bytes)})`).join(', ')],
      ['Older versions', app.olderVersions.map(({ version }) => version).join(', ') || '-'],
    ],
    paint,
  );
}

function samplesTable(samples: readonly SampleView[], { paint, width }: Terminal): string {
  return formatTable({
    paint,
    width,
    rows: samples,
    columns: [
      { title: 'SAMPLE', cell: ({ name }) => name },
      { title: 'RUNTIME', cell: ({ runtime }) => runtime },
      { title: 'TABLE', cell: ({ inputName, inputBytes }) => `${inputName} (${formatBytes(inputBytes)})` },
      { title: 'DESCRIPTION', wraps: true, cell: ({ description }) => description },
    ],
  });
}
