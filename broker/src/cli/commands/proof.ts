import { writeFile } from 'node:fs/promises';
import { MeshdeckError, isFinal, type Verification } from '@meshdeck/shared';
import type { Command } from 'commander';
import type { Api } from '../api/transport.js';
import { answer, connect, listingCommand, type CommandContext, type HubOptions } from '../context.js';
import { checkOutput } from '../run/files.js';
import { followJob } from '../run/follow-job.js';
import { createProgress } from '../run/progress.js';
import { provenanceText } from '../views/provenance.js';

/** Comparing two large tables takes a while after the second run has ended. */
const comparePollMs = 100;

/** Begins the run, follows it, and waits for what the hub says of the two results. */
async function verify(context: CommandContext, client: Api, id: string): Promise<Verification> {
  const progress = createProgress(context.terminal);
  try {
    const run = await client.jobs.verify({ id });
    await followJob({ client, jobId: run.id, progress, verbose: false, now: context.now });
    for (;;) {
      const ended = await client.jobs.get({ id: run.id });
      if (ended.verdict !== null) return ended.verdict;
      if (!isFinal(ended.state)) throw new MeshdeckError('internal', 'The run that had ended goes on.');
      progress.show('comparing the results', null);
      await new Promise((resolve) => setTimeout(resolve, comparePollMs));
    }
  } finally {
    progress.end();
  }
}

export function addProofCommands(jobs: Command, context: CommandContext): void {
  listingCommand(jobs, 'provenance <job>', 'how a result came to be: hashes, versions, machines, attempts')
    .option('--out <file.json>', 'write the whole record to a file')
    .action(async (id: string, options: HubOptions & { out?: string }) => {
      if (options.out !== undefined) await checkOutput(options.out);
      const provenance = await connect(context, options).jobs.provenance({ id });
      if (options.out === undefined) {
        answer(context, options, provenance, () => provenanceText(provenance, context.terminal));
        return;
      }
      await writeFile(options.out, `${JSON.stringify(provenance, null, 2)}\n`);
      context.terminal.print(options.out);
    });

  listingCommand(
    jobs,
    'verify <job>',
    'run the same app version on the same table again and compare the results; 0 equal, 1 not',
  ).action(async (id: string, options: HubOptions) => {
    const verdict = await verify(context, connect(context, options), id);
    answer(context, options, verdict, () => verdict.summary);
    if (verdict.outcome === 'equal') return;
    throw new MeshdeckError(
      'conflict',
      verdict.outcome === 'different'
        ? `The two results differ. See both: meshdeck jobs download ${id} --out A.csv, meshdeck jobs download ${verdict.jobId} --out B.csv`
        : `Nothing was compared. See why: meshdeck jobs show ${verdict.jobId}`,
    );
  });
}
