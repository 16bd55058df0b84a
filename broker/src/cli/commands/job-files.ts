import { MeshdeckError } from '@meshdeck/shared';
import type { Command } from 'commander';
import {
  answer,
  connect,
  hubCommand,
  listingCommand,
  type CommandContext,
  type HubOptions,
} from '../context.js';
import { checkOutput, saveStream } from '../run/files.js';
import { checkFolder, filesOf, saveFiles } from '../run/save-files.js';
import { fileFacts, filesTable, leftOutLines } from '../views/job-files.js';

interface DownloadOptions extends HubOptions {
  out: string;
  file?: string;
  all?: boolean;
}

async function download(context: CommandContext, id: string, options: DownloadOptions): Promise<void> {
  const { file: path, all, out } = options;
  const { terminal } = context;
  if (path !== undefined && all === true)
    throw new MeshdeckError('invalid-request', 'Give --file or --all, not both.');
  const client = connect(context, options);
  if (path === undefined && all !== true) {
    await checkOutput(out);
    const job = await client.jobs.get({ id });
    await saveStream(await client.jobs.output({ id: job.id }), out, job.output?.sha256);
    return terminal.print(out);
  }
  await checkFolder(out);
  const files = await filesOf(client, id);
  const wanted = path === undefined ? files : files.filter((each) => each.path === path);
  if (wanted.length === 0) {
    const missing = path === undefined ? 'The job has made no files.' : `The job has no file ${path}.`;
    throw new MeshdeckError('not-found', `${missing} "meshdeck jobs files ${id}" lists those it has.`);
  }
  for (const place of await saveFiles(client, id, wanted, out)) terminal.print(place);
}

export function addJobFileCommands(jobs: Command, context: CommandContext): void {
  const { terminal } = context;
  listingCommand(jobs, 'files <job>', 'all files that the job made').action(
    async (id: string, options: HubOptions) => {
      const client = connect(context, options);
      const files = await filesOf(client, id);
      answer(context, options, files.map(fileFacts), () => filesTable(files, terminal));
      if (options.json === true) return;
      const { leftOut } = await client.jobs.files({ id, limit: 1 });
      for (const line of leftOutLines(leftOut)) terminal.note(line);
    },
  );

  hubCommand(jobs, 'download <job>', 'write the result, or other files of the job, to this computer')
    .requiredOption(
      '--out <path>',
      'the file that predictions.csv is written to; with --file or --all: a folder',
    )
    .option('--file <path>', 'one file, as "jobs files" lists it')
    .option('--all', 'all files')
    .action((id: string, options: DownloadOptions) => download(context, id, options));
}
