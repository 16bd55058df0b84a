import { keyScopes, type KeyScope } from '@meshdeck/shared';
import { pages } from '@meshdeck/shared/api';
import { InvalidArgumentError, type Command } from 'commander';
import {
  answer,
  connect,
  hubCommand,
  listingCommand,
  type CommandContext,
  type HubOptions,
} from '../context.js';
import { parseDurationSeconds } from '../text/parse-arguments.js';
import { keysTable } from '../views/people.js';

interface CreateOptions extends HubOptions {
  scopes: KeyScope[];
  ttl: number;
}

function parseScopes(text: string): KeyScope[] {
  const wanted = text.split(',').map((scope) => scope.trim());
  return wanted.map((scope) => {
    const known = keyScopes.find((one) => one === scope);
    if (known === undefined)
      throw new InvalidArgumentError(`Give some of ${keyScopes.join(', ')}, with commas.`);
    return known;
  });
}

export function addKeysCommands(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const keys = program.command('keys').description('API keys for programs (MESHDECK_TOKEN)');

  listingCommand(keys, 'create <name>', 'make a key; it is printed once and stored nowhere')
    .option('--scopes <scopes>', `what it may be used for: ${keyScopes.join(',')}`, parseScopes, [
      'read',
      'run',
    ])
    .option('--ttl <duration>', 'how long it is valid: 1h, 90d', parseDurationSeconds, 90 * 86_400)
    .action(async (name: string, { scopes, ttl, ...options }: CreateOptions) => {
      const created = await connect(context, options).keys.create({
        body: { name, scopes, ttlSeconds: ttl },
      });
      answer(context, options, created, ({ key }) => key);
      if (options.json === true) return;
      terminal.note(
        `Key ${created.id} for ${scopes.join(', ')}. Set MESHDECK_TOKEN to it; it is not shown again.`,
      );
    });

  listingCommand(keys, 'list', "your keys, or everybody's where you are admin").action(
    async (options: HubOptions) => {
      const all = await pages('keys', connect(context, options).keys.list);
      answer(context, options, all, () => keysTable(all, terminal, context.now()));
    },
  );

  hubCommand(keys, 'revoke <id>', 'let nobody in with this key any more').action(
    async (id: string, options: HubOptions) => {
      await connect(context, options).keys.revoke({ id });
      terminal.print(`Key ${id} is revoked.`);
    },
  );
}
