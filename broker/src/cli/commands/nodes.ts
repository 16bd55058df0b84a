import type { NodeAction, NodeView } from '@meshdeck/shared';
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
import { addAddMachineCommand } from './add-machine.js';
import { addApproveCommand } from './approve.js';
import { addNotesCommand } from './notes.js';
import { parseLabelChange, type LabelChange } from '../text/parse-arguments.js';
import { nodeFacts, nodesTable } from '../views/nodes.js';

interface NodeVerb {
  action: NodeAction;
  description: string;
  done: (node: NodeView) => string;
}

const verbs: readonly NodeVerb[] = [
  {
    action: 'reject',
    description: 'send a waiting machine away',
    done: ({ name }) => `${name} is rejected.`,
  },
  {
    action: 'cordon',
    description: 'give a machine no new work',
    done: ({ name }) => `${name} takes no new work; "meshdeck nodes uncordon ${name}" opens it again.`,
  },
  {
    action: 'uncordon',
    description: 'give a machine work again',
    done: ({ name }) => `${name} takes work again.`,
  },
  {
    action: 'drain',
    description: 'give a machine no new work and let what it has run out',
    done: ({ name, slotsBusy }) => `${name} takes no new work; ${slotsBusy} still running there.`,
  },
  {
    action: 'benchmark',
    description: 'measure a machine anew, once it is idle',
    done: ({ name }) => `${name} measures itself as soon as it is idle.`,
  },
];

export function addNodesCommands(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const nodes = program.command('nodes').description('the machines of the mesh');

  listingCommand(nodes, 'list', 'every machine: joined, waiting, and seen on the network').action(
    async (options: HubOptions) => {
      const all = await pages('nodes', connect(context, options).nodes.list);
      answer(context, options, all, () => nodesTable(all, terminal, context.now()));
    },
  );

  listingCommand(nodes, 'show <machine>', 'one machine, by id, beginning of the id, or name').action(
    async (id: string, options: HubOptions) => {
      const node = await connect(context, options).nodes.get({ id });
      answer(context, options, node, () => nodeFacts(node, terminal, context.now()));
    },
  );

  addAddMachineCommand(nodes, context);
  addApproveCommand(nodes, context);
  for (const { action, description, done } of verbs) {
    hubCommand(nodes, `${action} <machine>`, description).action(async (id: string, options: HubOptions) => {
      const client = connect(context, options);
      terminal.print(done(await client.nodes.act({ id, action })));
    });
  }

  hubCommand(nodes, 'rename <machine> <name>', 'give a machine another name').action(
    async (id: string, name: string, options: HubOptions) => {
      const node = await connect(context, options).nodes.patch({ id, body: { name } });
      terminal.print(`It is ${node.name} now.`);
    },
  );

  hubCommand(nodes, 'label <machine> <labels...>', 'set labels (room=lab) or take them away (room-)').action(
    async (id: string, texts: string[], options: HubOptions) => {
      const changes = texts.map(parseLabelChange);
      const client = connect(context, options);
      const before = await client.nodes.get({ id });
      const node = await client.nodes.patch({
        id: before.id,
        body: { labels: withChanges(before.labels, changes) },
      });
      const labels = Object.entries(node.labels).map(([key, value]) => `${key}=${value}`);
      terminal.print(`${node.name}: ${labels.join(' ') || 'no labels'}`);
    },
  );

  hubCommand(nodes, 'owner <machine> [email]', "say whose machine it is; with no address, the room's").action(
    async (id: string, email: string | undefined, options: HubOptions) => {
      const node = await connect(context, options).nodes.give({ id, body: { owner: email ?? null } });
      terminal.print(`${node.name} belongs to ${node.owner?.name ?? 'the room'} now.`);
    },
  );

  addNotesCommand(nodes, context);

  hubCommand(nodes, 'remove <machine>', 'take a machine out of the mesh').action(
    async (id: string, options: HubOptions) => {
      const client = connect(context, options);
      const node = await client.nodes.get({ id });
      await client.nodes.remove({ id: node.id });
      terminal.print(`${node.name} is removed.`);
    },
  );
}

function withChanges(
  labels: Readonly<Record<string, string>>,
  changes: readonly LabelChange[],
): Record<string, string> {
  const next = new Map(Object.entries(labels));
  for (const { key, value } of changes) {
    if (value === null) next.delete(key);
    else next.set(key, value);
  }
  return Object.fromEntries(next);
}
