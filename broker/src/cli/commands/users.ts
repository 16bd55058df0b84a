import process from 'node:process';
import {
  registrationModes,
  roles,
  type CreatedPerson,
  type PersonLink,
  type RegistrationMode,
  type Role,
} from '@meshdeck/shared';
import { pages } from '@meshdeck/shared/api';
import { Option, type Command } from 'commander';
import {
  answer,
  connect,
  hubCommand,
  listingCommand,
  type CommandContext,
  type HubOptions,
} from '../context.js';
import { parseDurationSeconds } from '../text/parse-arguments.js';
import { readPassword } from '../text/read-password.js';
import { invitationsTable, lockOutsTable, peopleTable } from '../views/people.js';

interface CreateOptions extends HubOptions {
  name?: string;
  role: Role;
  admin?: boolean;
  passwordStdin?: boolean;
}

interface InviteOptions extends HubOptions {
  email?: string;
  role: Role;
  ttl: number;
}

const roleOption = () => new Option('--role <role>', 'what they may do').choices(roles).default('user');
const named = (email: string) => email.split('@')[0] ?? email;

export function addUsersCommands(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const users = program.command('users').description('people with an account on the hub');

  function tellLink({ url, lanUrl }: PersonLink, options: HubOptions, whole: unknown, what: string): void {
    answer(context, options, whole, () => lanUrl ?? url);
    if (options.json !== true)
      terminal.note(lanUrl === null ? what : `${what} On this computer also: ${url}`);
  }

  listingCommand(users, 'list', 'everybody with an account').action(async (options: HubOptions) => {
    const people = await pages('people', connect(context, options).people.list);
    answer(context, options, people, () => peopleTable(people, terminal, context.now()));
  });

  listingCommand(users, 'create <email>', 'make an account; prints a one-time link to choose the password')
    .option('--name <name>', 'what others see (the address before the @)')
    .addOption(roleOption())
    .option('--admin', 'the same as --role admin')
    .option('--password-stdin', 'read the password from standard input instead of making a link')
    .action(async (email: string, options: CreateOptions) => {
      const password = options.passwordStdin === true ? await readPassword(process.stdin) : undefined;
      const created: CreatedPerson = await connect(context, options).people.create({
        body: {
          email,
          name: options.name ?? named(email),
          role: options.admin === true ? 'admin' : options.role,
          ...(password !== undefined && { password }),
        },
      });
      if (created.link !== null) {
        tellLink(
          created.link,
          options,
          created,
          'Open it within a day to choose the password; it works once.',
        );
      } else {
        const { person } = created;
        answer(
          context,
          options,
          created,
          () => `${person.name} (${person.email}) may sign in as ${person.role}.`,
        );
      }
    });

  listingCommand(users, 'invite', 'print a one-time link by which somebody makes their own account')
    .option('--email <email>', 'only for this address')
    .addOption(roleOption())
    .option('--ttl <duration>', 'how long it is valid: 1h, 7d', parseDurationSeconds, 7 * 86_400)
    .action(async ({ email, role, ttl, ...options }: InviteOptions) => {
      const invitation = await connect(context, options).invitations.create({
        body: {
          role,
          ttlSeconds: ttl,
          ...(email !== undefined && { email }),
        },
      });
      tellLink(
        invitation.link,
        options,
        invitation,
        `Invitation ${invitation.id} as ${role}; it works once.`,
      );
    });

  listingCommand(users, 'invitations', 'invitations that are still open').action(
    async (options: HubOptions) => {
      const invitations = await pages('invitations', connect(context, options).invitations.list);
      answer(context, options, invitations, () => invitationsTable(invitations, terminal, context.now()));
    },
  );

  hubCommand(users, 'withdraw <invitation>', 'withdraw an invitation').action(
    async (id: string, options: HubOptions) => {
      await connect(context, options).invitations.withdraw({ id });
      terminal.print(`Invitation ${id} is withdrawn.`);
    },
  );

  hubCommand(users, 'role <email> <role>', `change what somebody may do: ${roles.join(', ')}`).action(
    async (email: string, role: Role, options: HubOptions) => {
      const person = await connect(context, options).people.patch({ id: email, body: { role } });
      terminal.print(`${person.name} is ${person.role} now.`);
    },
  );

  for (const [verb, state, said] of [
    ['disable', 'disabled', 'may not come in any more; open sessions have ended.'],
    ['enable', 'active', 'may come in again.'],
  ] as const) {
    hubCommand(
      users,
      `${verb} <email>`,
      `let somebody in ${verb === 'disable' ? 'no more' : 'again'}`,
    ).action(async (email: string, options: HubOptions) => {
      const person = await connect(context, options).people.patch({ id: email, body: { state } });
      terminal.print(`${person.name} ${said}`);
    });
  }

  listingCommand(users, 'reset <email>', 'print a one-time link to choose a new password').action(
    async (email: string, options: HubOptions) => {
      const link = await connect(context, options).people.passwordLink({ id: email });
      tellLink(
        link,
        options,
        link,
        'Good for a day, once. The old password works until then; using the link ends all other access.',
      );
    },
  );

  hubCommand(users, 'sign-out <email>', "end all of somebody's access: browsers, links, keys, invitations")
    .option('--keep-keys', 'keep their API keys, and the invitations and links they made for others')
    .action(async (email: string, options: HubOptions & { keepKeys?: boolean }) => {
      const keepKeysAndInvitations = options.keepKeys === true;
      await connect(context, options).people.signOut({ id: email, body: { keepKeysAndInvitations } });
      terminal.print(
        `${email} is signed out everywhere; API keys and invitations ${keepKeysAndInvitations ? 'are kept' : 'have ended too'}.`,
      );
    });

  hubCommand(users, 'remove <email>', 'remove an account with its keys and sessions; its jobs stay').action(
    async (email: string, options: HubOptions) => {
      await connect(context, options).people.remove({ id: email });
      terminal.print(`${email} is removed.`);
    },
  );

  listingCommand(users, 'locked', 'sign-ins that must wait after too many wrong passwords').action(
    async (options: HubOptions) => {
      const lockOuts = await pages('lockOuts', connect(context, options).lockOuts.list);
      answer(context, options, lockOuts, () => lockOutsTable(lockOuts, terminal, context.now()));
    },
  );

  hubCommand(users, 'unlock <email>', 'let somebody try again at once').action(
    async (email: string, options: HubOptions) => {
      const client = connect(context, options);
      const theirs = (await pages('lockOuts', client.lockOuts.list)).filter(
        (lockOut) => lockOut.email === email.toLowerCase(),
      );
      for (const { id } of theirs) await client.lockOuts.clear({ id });
      terminal.print(theirs.length === 0 ? `${email} is not locked out.` : `${email} may try again.`);
    },
  );

  listingCommand(
    users,
    'registration [mode]',
    `who may make an account: ${registrationModes.join(', ')}`,
  ).action(async (mode: RegistrationMode | undefined, options: HubOptions) => {
    const client = connect(context, options);
    const settings =
      mode === undefined
        ? await client.settings.people()
        : await client.settings.patchPeople({ body: { registration: mode } });
    answer(context, options, settings, ({ registration }) => registration);
  });
}
