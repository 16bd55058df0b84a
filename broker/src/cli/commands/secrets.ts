import { MeshdeckError, secretValueSchema, reservedVariable, type SecretView } from '@meshdeck/shared';
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
import { readSecret } from '../text/read-secret.js';
import { formatTable } from '../text/table.js';
import type { Terminal } from '../terminal.js';

interface SecretOptions extends HubOptions {
  lab?: boolean;
  forEveryone?: boolean;
}

const whoseWords = ({ whose, forEveryone }: SecretView): string => {
  if (whose === 'yours') return 'yours';
  return forEveryone ? "the lab's, for everyone" : "the lab's, for admins and operators";
};

function secretsTable(rows: readonly SecretView[], { paint, width }: Terminal): string {
  if (rows.length === 0) return 'No secrets yet. Set one: meshdeck secrets set NAME';
  return formatTable({
    paint,
    width,
    rows,
    columns: [
      { title: 'SECRET', cell: ({ name }) => name },
      { title: 'WHOSE', cell: whoseWords },
      { title: 'SET', cell: ({ setAt }) => new Date(setAt).toISOString() },
      { title: 'BY', cell: ({ setBy }) => setBy },
    ],
  });
}

/** Said here, before it is sent, with no word of the value. */
function checked(name: string, value: string): string {
  const reason = reservedVariable(name);
  if (reason !== undefined)
    throw new MeshdeckError('invalid-request', `"${name}" cannot be a secret: it ${reason}.`);
  const parsed = secretValueSchema.safeParse(value);
  if (parsed.success) return value;
  throw new MeshdeckError(
    'invalid-request',
    `The secret ${parsed.error.issues[0]?.message ?? 'is not valid'}.`,
  );
}

export function addSecretCommands(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const secrets = program.command('secrets').description('values that scripts need and nobody may read');

  listingCommand(secrets, 'list', 'names of the secrets that your jobs may use').action(
    async (options: HubOptions) => {
      const all = await pages('secrets', connect(context, options).secrets.list);
      answer(context, options, all, () => secretsTable(all, terminal));
    },
  );

  hubCommand(secrets, 'set <name>', 'keep a secret; its value is typed or piped in, never an argument')
    .option('--lab', "one of the lab's, for jobs of admins and operators")
    .option('--for-everyone', "with --lab: for everybody's jobs")
    .option('--no-for-everyone', 'no more for everybody; left out: for whom the value before was')
    .action(async (name: string, options: SecretOptions) => {
      const { lab = false, forEveryone } = options;
      if (forEveryone !== undefined && !lab)
        throw new MeshdeckError('invalid-request', '--for-everyone needs --lab.');
      const typed = await readSecret(process.stdin, () => terminal.note(`Value of ${name} (not shown):`));
      const body = { value: checked(name, typed), lab, ...(forEveryone !== undefined && { forEveryone }) };
      const set = await connect(context, options).secrets.set({ name, body });
      terminal.print(`${set.name} is set: ${whoseWords(set)}.`);
    });

  hubCommand(secrets, 'remove <name>', 'forget a secret')
    .option('--lab', "one of the lab's")
    .action(async (name: string, { lab, ...options }: SecretOptions) => {
      await connect(context, options).secrets.remove({ name, ...(lab === true && { lab }) });
      terminal.print(`${name} is removed.`);
    });
}
