import { jobStates, type JobState, type LogMessage } from '@meshdeck/shared';
import { Option, type Command } from 'commander';
import {
  answer,
  connect,
  hubCommand,
  listingCommand,
  type CommandContext,
  type HubOptions,
} from '../context.js';
import { checkOutput, saveStream } from '../run/files.js';
import { followJob } from '../run/follow-job.js';
import { createProgress } from '../run/progress.js';
import { parseCount } from '../text/parse-arguments.js';
import { safeText } from '../text/safe-text.js';
import { jobFacts, jobsTable } from '../views/jobs.js';
import { whyText } from '../views/why.js';

interface ListOptions extends HubOptions {
  state?: JobState;
  limit: number;
}

interface WhyOptions extends HubOptions {
  all?: boolean;
}

async function showWhy(context: CommandContext, id: string, options: WhyOptions): Promise<void> {
  const why = await connect(context, options).why(id);
  const { terminal, now } = context;
  answer(context, options, why, () => whyText(why, { terminal, now: now(), all: options.all === true }));
}

function logText(messages: readonly LogMessage[]): string {
  const lines = messages.flatMap(({ lines: printed, dropped }) => [
    ...printed.map(({ text }) => safeText(text)),
    ...(dropped > 0 ? [`(${dropped} lines left out: printed faster than anyone could read)`] : []),
  ]);
  return lines.length === 0 ? 'It has printed nothing.' : lines.join('\n');
}

export function addJobsCommands(program: Command, context: CommandContext): void {
  const { terminal, now } = context;
  const jobs = program.command('jobs').description('what runs, waits and ran');

  listingCommand(jobs, 'list', 'the newest jobs')
    .addOption(new Option('--state <state>', 'only these').choices(jobStates))
    .option('--limit <n>', 'how many', parseCount, 20)
    .action(async (options: ListOptions) => {
      const page = await connect(context, options).jobs({ state: options.state, limit: options.limit });
      answer(context, options, page.jobs, (all) => jobsTable(all, terminal, now()));
    });

  listingCommand(jobs, 'show <job>', 'one job and its attempts').action(
    async (id: string, options: HubOptions) => {
      const job = await connect(context, options).job(id);
      answer(context, options, job, () => jobFacts(job, terminal, now()));
    },
  );

  hubCommand(jobs, 'cancel <job>', 'stop a job').action(async (id: string, options: HubOptions) => {
    const job = await connect(context, options).cancelJob(id);
    terminal.print(
      job.state === 'cancelled' ? `Job ${job.id} is cancelled.` : `Job ${job.id} is being cancelled.`,
    );
  });

  hubCommand(jobs, 'rerun <job>', 'run the same app on the same table again').action(
    async (id: string, options: HubOptions) => {
      const job = await connect(context, options).rerunJob(id);
      terminal.print(job.id);
    },
  );

  listingCommand(jobs, 'logs <job>', 'what the app printed')
    .option('--follow', 'keep reading until the job has ended')
    .action(async (id: string, options: HubOptions & { follow?: boolean }) => {
      const client = connect(context, options);
      if (options.follow === true) {
        const progress = { ...createProgress(terminal), show() {}, keep: terminal.print };
        await followJob({ client, jobId: id, progress, verbose: true, now });
        return;
      }
      const messages = await client.jobLogs(id);
      answer(context, options, messages, logText);
    });

  hubCommand(jobs, 'download <job>', 'write the result to a file')
    .requiredOption('--out <file.csv>', 'where it goes')
    .action(async (id: string, options: HubOptions & { out: string }) => {
      await checkOutput(options.out);
      const client = connect(context, options);
      const job = await client.job(id);
      await saveStream(await client.jobOutput(job.id), options.out, job.output?.sha256);
      terminal.print(options.out);
    });

  for (const parent of [jobs, program]) {
    listingCommand(parent, 'why <job>', 'why this machine, or why it waits')
      .option('--all', 'every decision, not the newest alone')
      .action((id: string, options: WhyOptions) => showWhy(context, id, options));
  }

  hubCommand(jobs, 'remove <job>', 'forget a job that has ended').action(
    async (id: string, options: HubOptions) => {
      await connect(context, options).removeJob(id);
      terminal.print(`Job ${id} is removed.`);
    },
  );
}
