import { formatAge, formatDuration, type JoinTokenView } from '@meshdeck/shared';
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
import { parseCount, parseDurationSeconds } from '../text/parse-arguments.js';
import { formatTable } from '../text/table.js';

interface CreateOptions extends HubOptions {
  uses: number;
  ttl: number;
}

export function addJoinTokenCommands(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const tokens = program
    .command('join-token')
    .description('tokens that let machines join without an approval for each');

  listingCommand(tokens, 'create', 'make a token; it is printed once and stored nowhere')
    .option('--uses <n>', 'how many machines may join with it', parseCount, 1)
    .option('--ttl <duration>', 'how long it is valid: 15m, 1h, 7d', parseDurationSeconds, 3600)
    .action(async (options: CreateOptions) => {
      const created = await connect(context, options).joinTokens.create({
        body: {
          uses: options.uses,
          ttlSeconds: options.ttl,
        },
      });
      answer(context, options, created, ({ token }) => token);
      if (options.json === true) return;
      const machines = created.uses === 1 ? 'one machine' : `${created.uses} machines`;
      terminal.note(
        `For ${machines}, for ${formatDuration(options.ttl * 1000)}. On each: echo TOKEN | npx meshdeck-node --join -`,
      );
    });

  listingCommand(tokens, 'list', 'the tokens that still let machines in').action(
    async (options: HubOptions) => {
      const all = await pages('joinTokens', connect(context, options).joinTokens.list);
      answer(context, options, all, () => tokensTable(all, terminal, context.now()));
    },
  );

  hubCommand(tokens, 'revoke <id>', 'let nobody in with this token any more').action(
    async (id: string, options: HubOptions) => {
      await connect(context, options).joinTokens.remove({ id });
      terminal.print(`Token ${id} is revoked; machines that joined with it stay.`);
    },
  );
}

function tokensTable(tokens: readonly JoinTokenView[], { paint, width }: Terminal, now: number): string {
  if (tokens.length === 0) return 'No join tokens. Make one with "meshdeck join-token create".';
  return formatTable({
    paint,
    width,
    rows: tokens,
    columns: [
      { title: 'ID', cell: ({ id }) => id },
      { title: 'LEFT', align: 'right', cell: ({ usesLeft, uses }) => `${usesLeft}/${uses}` },
      { title: 'MADE', cell: ({ createdAt }) => formatAge(createdAt, now) },
      {
        title: 'EXPIRES',
        cell: ({ expiresAt }) => (expiresAt <= now ? 'expired' : `in ${formatDuration(expiresAt - now)}`),
      },
    ],
  });
}
