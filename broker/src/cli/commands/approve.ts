import { compareCodeSchema, MeshdeckError, shortId, type NodeView } from '@meshdeck/shared';
import { pages } from '@meshdeck/shared/api';
import type { Command } from 'commander';
import type { Api } from '../api/transport.js';
import { connect, hubCommand, type CommandContext, type HubOptions } from '../context.js';
import { formatCode } from '../views/nodes.js';

interface ApproveOptions extends HubOptions {
  code?: string;
}

/** `meshdeck nodes approve`: shows the code the hub has, and lets the machine in once a person has compared it. */
export function addApproveCommand(nodes: Command, context: CommandContext): void {
  hubCommand(
    nodes,
    'approve <machine>',
    'let a waiting machine join, after comparing the six digits it shows',
  )
    .option(
      '--code <digits>',
      'the digits the machine shows; it joins if the hub has the same, without asking',
    )
    .action(async (id: string, options: ApproveOptions) => {
      const client = connect(context, options);
      const node = await askingNode(client, id);
      if (node.membership !== 'joined') {
        const code = await codeFor(node, options.code, context);
        await client.nodes.approve({ id: node.id, body: { code } });
      }
      context.terminal.print(`${node.name} is in.`);
    });
}

/** The one that asks by that name, whoever is in already and is called the same. */
async function askingNode(client: Api, ref: string): Promise<NodeView> {
  const asking = (await pages('nodes', client.nodes.list)).filter(
    ({ id, name, membership }) => membership === 'pending' && (name === ref || id.startsWith(ref)),
  );
  const [one, ...others] = asking;
  if (one !== undefined && others.length === 0) return one;
  if (one === undefined) return client.nodes.get({ id: ref });
  throw new MeshdeckError(
    'invalid-request',
    `${asking.length} machines ask to join as ${ref}: ${asking.map(({ id }) => shortId(id)).join(', ')}. Look which one shows your digits in "meshdeck nodes list", and name it by its id.`,
  );
}

async function codeFor(
  node: NodeView,
  given: string | undefined,
  { terminal }: CommandContext,
): Promise<string> {
  if (given !== undefined) {
    const digits = compareCodeSchema.safeParse(given.replaceAll(/[\s-]/g, ''));
    if (digits.success) return digits.data;
    throw new MeshdeckError(
      'invalid-request',
      '--code takes the six digits the machine shows, such as --code 123456.',
    );
  }
  // The hub has the words for a machine that is not asking.
  if (node.code === null) return '000000';
  terminal.note(
    `The hub's code for ${node.name} (${node.address ?? 'no address'}) is ${formatCode(node.code)}.`,
  );
  const said = await terminal.ask(`Does ${node.name} show the same six digits? Type yes or no: `);
  if (said === null) {
    throw new MeshdeckError(
      'invalid-request',
      'Nobody is here to compare the codes. Run it in a terminal, or give the digits that the machine shows with --code.',
    );
  }
  if (/^y(es)?$/i.test(said.trim())) return node.code;
  throw new MeshdeckError(
    'code-mismatch',
    `${node.name} was not let in. If its digits differ, somebody may stand between it and the hub; "meshdeck nodes reject ${shortId(node.id)}" sends it away.`,
  );
}
