import { auditOutcomeSchema, type AuditEntry, type AuditOutcome } from '@meshdeck/shared';
import { Option, type Command } from 'commander';
import { answer, connect, listingCommand, type CommandContext, type HubOptions } from '../context.js';
import { parseCount, parseMoment } from '../text/parse-arguments.js';
import { noteMore } from '../text/note-more.js';
import { auditTable } from '../views/audit.js';

interface AuditOptions extends HubOptions {
  since?: number;
  until?: number;
  user?: string;
  action?: string;
  outcome?: AuditOutcome;
  limit: number;
}

export function addAuditCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const moment = (text: string) => parseMoment(text, context.now());

  listingCommand(program, 'audit', 'who did what to what, newest first')
    .option('--since <moment>', 'start: a date or an age (2h, 7d)', moment)
    .option('--until <moment>', 'end: a date or an age', moment)
    .option('--user <who>', 'id, e-mail address or part of the name')
    .option('--action <action>', 'an action or a prefix: jobs, people.manage')
    .addOption(
      new Option('--outcome <outcome>', 'only calls with this outcome').choices(auditOutcomeSchema.options),
    )
    .option('--limit <n>', 'maximum number of entries', parseCount, 100)
    .action(async ({ limit, json, data, hub, ...query }: AuditOptions) => {
      const options: HubOptions = { ...(json && { json }), ...(data && { data }), ...(hub && { hub }) };
      const client = connect(context, options);
      const entries: AuditEntry[] = [];
      let before: string | undefined;
      do {
        const page = await client.audit.list({
          ...query,
          limit: Math.min(500, limit - entries.length),
          before,
        });
        entries.push(...page.entries);
        before = page.nextBefore ?? undefined;
      } while (before !== undefined && entries.length < limit);
      answer(context, options, entries, () => auditTable(entries, terminal, context.now()));
      if (before !== undefined) noteMore(terminal, { shown: entries.length, what: 'entries' });
    });
}
