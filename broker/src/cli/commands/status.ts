import { formatAge, type HubView, type JobSummary, type NodeView } from '@meshdeck/shared';
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
import { formatFacts } from '../text/table.js';

interface Status {
  hub: HubView;
  nodes: NodeView[];
  jobs: JobSummary[];
}

export function addStatusCommands(program: Command, context: CommandContext): void {
  listingCommand(program, 'status', 'how the hub, its machines and its jobs are').action(
    async (options: HubOptions) => {
      const client = connect(context, options);
      const [hub, nodes, { jobs }] = await Promise.all([
        client.hub.view(),
        pages('nodes', client.nodes.list),
        client.jobs.list({ limit: 100 }),
      ]);
      answer(context, options, { hub, nodes, jobs }, (status) => statusText(status, context.terminal));
    },
  );

  hubCommand(program, 'ui-link', 'print a one-time link to the user interface').action(
    async (options: HubOptions) => {
      const { url } = await connect(context, options).hub.createLink();
      context.terminal.print(url);
      context.terminal.note('Good for one use within five minutes.');
    },
  );
}

/** What to compare with the browser's warning, or with --fingerprint elsewhere. */
function certificateFacts({ people }: HubView): [string, string][] {
  if (people === null) return [];
  const { fingerprint, validUntil, isSelfSigned } = people.certificate;
  const until = new Date(validUntil).toISOString().slice(0, 10);
  const by = isSelfSigned ? "the hub's own" : 'given';
  return [['Certificate', `${fingerprint} (SHA-256, ${by}, until ${until})`]];
}

function statusText({ hub, nodes, jobs }: Status, { paint }: Terminal): string {
  const count = (matches: (node: NodeView) => boolean): number => nodes.filter(matches).length;
  const active = count((node) => node.membership === 'joined' && node.presence === 'active');
  const lost = count((node) => node.membership === 'joined' && node.presence === 'lost');
  const pending = count((node) => node.membership === 'pending');
  const running = jobs.filter(
    ({ state }) => state === 'running' || state === 'placed' || state === 'merging',
  ).length;
  const waiting = jobs.filter(({ state }) => state === 'queued').length;
  const troubled = hub.services.filter(({ state }) => state !== 'running');
  return formatFacts(
    [
      ['Hub', `${hub.name} ${hub.version}, up since ${formatAge(hub.startedAt, hub.now)}`],
      ['Key fingerprint', hub.fingerprint],
      ['On this computer', hub.url],
      ['For people', hub.people === null ? "on the hub's own computer only" : hub.people.urls.join(', ')],
      ...certificateFacts(hub),
      ['For machines', [...new Set([hub.tls, ...hub.addresses])].join(', ')],
      ['For sensors', hub.sensors],
      ['Found by mDNS', hub.mdns ? 'yes' : 'no'],
      ['Machines', `${active} active, ${lost} lost, ${pending} waiting for approval`],
      ['Jobs', `${running} running, ${waiting} waiting`],
      [
        'Components',
        troubled.length === 0
          ? paint.green('all running')
          : paint.red(
              troubled.map(({ name, state, message }) => `${name} ${state}: ${message ?? ''}`).join('; '),
            ),
      ],
    ],
    paint,
  );
}
