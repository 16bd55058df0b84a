import {
  jobOptionsChangeSchema,
  jobStates,
  type Candidate,
  type Decision,
  type JobState,
  type JobSummary,
} from '@meshdeck/shared';
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
import { addDeadLetterCommands } from './dead-letters.js';
import { addJobFileCommands } from './job-files.js';
import { addProofCommands } from './proof.js';
import { addSummaryCommand } from './summary.js';
import { askedOptions, withJobOptions, type RunOptions } from './run.js';
import { askedReading, withReadingOptions } from '../run/reading-options.js';
import { followJob } from '../run/follow-job.js';
import { createProgress } from '../run/progress.js';
import { parseCount } from '../text/parse-arguments.js';
import { noteMore } from '../text/note-more.js';
import { jobFacts, jobsTable } from '../views/jobs.js';
import { logText } from '../views/log.js';
import { whyText } from '../views/why.js';

interface ListOptions extends HubOptions {
  state?: JobState;
  text?: string;
  machine?: string;
  app?: string;
  limit: number;
}

/** The newest jobs that fit, page by page until there are as many as asked for; and whether there are more. */
async function findJobs(
  client: Api,
  options: ListOptions,
): Promise<{ jobs: JobSummary[]; hasMore: boolean }> {
  const { state, text, machine, app } = options;
  const jobs: JobSummary[] = [];
  for (let before: number | undefined; ;) {
    const limit = Math.min(largestPage, options.limit - jobs.length);
    const page = await client.jobs.list({ state, text, machine, app, limit, before });
    jobs.push(...page.jobs);
    before = page.nextBefore ?? undefined;
    const hasMore = before !== undefined;
    if (!hasMore || jobs.length >= options.limit) return { jobs, hasMore };
  }
}

/** The hub gives no more at a time. */
const largestPage = 500;

interface WhyOptions extends HubOptions {
  all?: boolean;
  machines?: boolean;
}

/** The decision with all of its machines, page by page. */
async function withMachines(client: Api, id: string, decision: Decision): Promise<Decision> {
  const { machines, number } = decision;
  if (machines === undefined || number === undefined || machines <= decision.candidates.length)
    return decision;
  const candidates: Candidate[] = [];
  for (;;) {
    const page = await client.jobs.whyMachines({ id, number, from: candidates.length, limit: largestPage });
    // It has been placed while this was asked.
    if (page.at !== decision.at) return decision;
    candidates.push(...page.candidates);
    if (page.candidates.length === 0 || candidates.length >= page.total) return { ...decision, candidates };
  }
}

async function showWhy(context: CommandContext, id: string, options: WhyOptions): Promise<void> {
  const client = connect(context, options);
  let why = await client.jobs.why({ id });
  while ((options.all === true || options.json === true) && (why.earlier ?? 0) > 0) {
    const page = await client.jobs.why({ id, before: why.earlier });
    why = { ...why, decisions: [...page.decisions, ...why.decisions], earlier: page.earlier };
  }
  if (options.machines === true || options.json === true) {
    const shown = options.all === true || options.json === true ? why.decisions : why.decisions.slice(-1);
    const whole: Decision[] = [];
    for (const decision of shown) whole.push(await withMachines(client, id, decision));
    const earlier = (why.earlier ?? 0) + why.decisions.length - shown.length;
    why = { ...why, decisions: whole, earlier };
  }
  const { terminal, now } = context;
  answer(context, options, why, () => whyText(why, { terminal, now: now(), all: options.all === true }));
}

interface LogOptions extends HubOptions {
  follow?: boolean;
  attempt?: string;
  tail?: boolean;
}

/** Page by page: a log of many megabytes is never held whole. JSON comes as one list all the same. */
async function printLog(
  { terminal }: CommandContext,
  client: Api,
  id: string,
  { attempt, tail, json }: LogOptions,
): Promise<void> {
  let printed = 0;
  for (let cursor: string | undefined, isEnd = false; !isEnd;) {
    const isTail = tail === true && cursor === undefined;
    const page = await client.jobs.logs({ id, attempt, cursor, ...(isTail && { tail: isTail }) });
    if (json === true) {
      for (const message of page.logs) {
        terminal.print(`${printed === 0 ? '[' : ','}${JSON.stringify(message)}`);
        printed += 1;
      }
    } else if (page.logs.length > 0) {
      terminal.print(logText(page.logs));
      printed += 1;
    }
    cursor = page.nextCursor ?? undefined;
    isEnd = page.isEnd || cursor === undefined;
  }
  if (json === true) terminal.print(printed === 0 ? '[]' : ']');
  else if (printed === 0) terminal.print(logText([]));
}

export function addJobsCommands(program: Command, context: CommandContext): void {
  const { terminal, now } = context;
  const jobs = program.command('jobs').description('running, waiting and finished jobs');

  listingCommand(jobs, 'list', 'the newest jobs')
    .addOption(new Option('--state <state>', 'only jobs in this state').choices(jobStates))
    .option(
      '--text <words>',
      'only jobs whose name, id, app, table, owner or machines contain all these words',
    )
    .option('--machine <name>', 'only jobs that ran on this machine (name or id)')
    .option('--app <name>', 'only jobs of this app')
    .option('--limit <n>', 'how many', parseCount, 20)
    .action(async (options: ListOptions) => {
      const { jobs: found, hasMore } = await findJobs(connect(context, options), options);
      const { state, text, machine, app } = options;
      const narrowed = [state, text, machine, app].some((given) => given !== undefined);
      answer(context, options, found, (all) =>
        narrowed && all.length === 0 ? 'No job fits that.' : jobsTable(all, terminal, now()),
      );
      if (hasMore) noteMore(terminal, { shown: found.length, what: 'jobs' });
    });

  listingCommand(jobs, 'show <job>', 'one job and its attempts').action(
    async (id: string, options: HubOptions) => {
      const job = await connect(context, options).jobs.get({ id });
      answer(context, options, job, () => jobFacts(job, terminal, now()));
    },
  );

  hubCommand(jobs, 'cancel <job>', 'stop a job').action(async (id: string, options: HubOptions) => {
    const job = await connect(context, options).jobs.cancel({ id });
    terminal.print(
      job.state === 'cancelled' ? `Job ${job.id} is cancelled.` : `Job ${job.id} is being cancelled.`,
    );
  });

  withReadingOptions(
    withJobOptions(
      hubCommand(
        jobs,
        'rerun <job>',
        'run the same app on the same table again, with other options if given',
      ),
    ),
  ).action(async (id: string, options: RunOptions) => {
    const reading = askedReading(options);
    const asked = askedOptions(options, jobOptionsChangeSchema);
    const change = { ...asked, ...(reading !== undefined && { reading }) };
    const job = await connect(context, options).jobs.rerun({ id, body: { options: change } });
    terminal.print(job.id);
  });

  listingCommand(jobs, 'logs <job>', 'what the app printed')
    .option('--follow', 'keep reading until the job has ended')
    .option('--attempt <attempt>', 'only this attempt: its id, or part and number such as 0-2')
    .option('--tail', 'only the end of it')
    .action(async (id: string, options: LogOptions) => {
      const client = connect(context, options);
      if (options.follow === true) {
        const progress = { ...createProgress(terminal), show() {}, keep: terminal.print };
        await followJob({ client, jobId: id, progress, verbose: true, now });
        return;
      }
      await printLog(context, client, id, options);
    });

  addJobFileCommands(jobs, context);

  for (const parent of [jobs, program]) {
    listingCommand(parent, 'why <job>', 'why this machine, or why it waits')
      .option('--all', 'all decisions, not only the newest')
      .option('--machines', 'all machines of a large room, not only the best')
      .action((id: string, options: WhyOptions) => showWhy(context, id, options));
  }

  addSummaryCommand(jobs, context);
  addProofCommands(jobs, context);
  addDeadLetterCommands(jobs, context);

  hubCommand(jobs, 'remove <job>', 'forget a job that has ended').action(
    async (id: string, options: HubOptions) => {
      await connect(context, options).jobs.remove({ id });
      terminal.print(`Job ${id} is removed.`);
    },
  );
}
