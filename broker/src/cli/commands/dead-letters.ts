import {
  MeshdeckError,
  type DeadLetterChoice,
  type DeadLetterOutcome,
  type DeadLetterPage,
} from '@meshdeck/shared';
import type { Command } from 'commander';
import type { Api } from '../api/transport.js';
import { answer, connect, listingCommand, type CommandContext, type HubOptions } from '../context.js';
import { parseCount } from '../text/parse-arguments.js';
import { deadLettersText } from '../views/dead-letters.js';

interface SettleOptions extends HubOptions {
  all?: boolean;
}

function choiceOf(ids: readonly string[], all: boolean | undefined): DeadLetterChoice {
  if (all === true && ids.length > 0) {
    throw new MeshdeckError('invalid-config', 'Name jobs, or say --all, not both.');
  }
  if (all === true) return { all: true };
  if (ids.length === 0) throw new MeshdeckError('invalid-config', 'Name the jobs, or say --all.');
  return { ids: [...ids] };
}

/** Lines of what was done; throws with the first reason where something was refused. */
function tell(context: CommandContext, options: HubOptions, outcome: DeadLetterOutcome, word: string): void {
  answer(context, options, outcome, ({ done }) =>
    done.length === 0
      ? 'There was none.'
      : done.map(({ id, jobId }) => (jobId === null ? `${id} ${word}` : `${id} ${word} ${jobId}`)).join('\n'),
  );
  const [first] = outcome.refused;
  if (first === undefined) return;
  for (const { id, reason } of outcome.refused) context.terminal.note(`${id}: ${reason}`);
  const { length } = outcome.refused;
  throw new MeshdeckError(
    'conflict',
    length === 1 ? 'One job was left as it is.' : `${length} jobs were left as they are.`,
  );
}

/** The hub gives no more at a time. */
const largestPage = 200;

/** The newest, page by page until there are as many as asked for. */
async function findDeadLetters(client: Api, limit: number): Promise<DeadLetterPage> {
  let found = await client.deadLetters.list({ limit: Math.min(largestPage, limit) });
  while (found.nextBefore !== null && found.deadLetters.length < limit) {
    const wanted = Math.min(largestPage, limit - found.deadLetters.length);
    const page = await client.deadLetters.list({ limit: wanted, before: found.nextBefore });
    found = { ...page, deadLetters: [...found.deadLetters, ...page.deadLetters] };
  }
  return found;
}

export function addDeadLetterCommands(jobs: Command, context: CommandContext): void {
  const { terminal, now } = context;
  const dead = listingCommand(jobs, 'dead', 'jobs that were given up, each with its attempts')
    .option('--limit <n>', 'how many', parseCount, 20)
    .action(async (options: HubOptions & { limit: number }) => {
      const page = await findDeadLetters(connect(context, options), options.limit);
      answer(context, options, page, () => deadLettersText(page, terminal, now()));
    });

  listingCommand(dead, 'rerun [jobs...]', 'run these again, each as a new job')
    .option('--all', 'all dead letters')
    .action(async (ids: string[], _own: SettleOptions, command: Command) => {
      const options: SettleOptions = command.optsWithGlobals();
      const choice = choiceOf(ids, options.all);
      tell(
        context,
        options,
        await connect(context, options).deadLetters.rerun({ body: choice }),
        'runs again as',
      );
    });

  listingCommand(dead, 'dismiss [jobs...]', 'put these aside; they stay on record as failed')
    .option('--all', 'all dead letters')
    .action(async (ids: string[], _own: SettleOptions, command: Command) => {
      const options: SettleOptions = command.optsWithGlobals();
      const choice = choiceOf(ids, options.all);
      tell(
        context,
        options,
        await connect(context, options).deadLetters.dismiss({ body: choice }),
        'is put aside',
      );
    });
}
