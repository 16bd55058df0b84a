import {
  formatAge,
  formatDuration,
  isSplit,
  shortAttemptId,
  type AttemptView,
  type DeadLetter,
  type DeadLetterPage,
} from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';
import { formatTable } from '../text/table.js';

type Tried = AttemptView & { part: number };

function letterText({ job, summary, tasks }: DeadLetter, terminal: Terminal, now: number): string {
  const { paint, width } = terminal;
  const heading = `${paint.bold(job.id)}  ${job.name}  ${paint.dim(`failed ${formatAge(job.finishedAt ?? now, now)}`)}`;
  const lines = [
    heading,
    `  ${summary}`,
    ...(job.failure === null ? [] : [`  ${paint.red(job.failure.message)}`]),
  ];
  const tried = tasks.flatMap(({ index, attempts }): Tried[] =>
    attempts.map((attempt) => ({ ...attempt, part: index + 1 })),
  );
  if (tried.length === 0) return lines.join('\n');
  const table = formatTable<Tried>({
    paint,
    width: width === undefined ? undefined : width - 2,
    rows: tried,
    columns: [
      ...(isSplit(job) ? [{ title: 'PART', cell: ({ part }: Tried) => String(part) }] : []),
      { title: 'ATTEMPT', cell: ({ number }) => String(number) },
      { title: 'MACHINE', cell: ({ nodeName }) => nodeName },
      { title: 'STATE', cell: ({ state }) => state },
      {
        title: 'TOOK',
        align: 'right',
        cell: ({ placedAt, finishedAt }) => formatDuration((finishedAt ?? now) - placedAt),
      },
      { title: 'REASON', wraps: true, cell: ({ failure }) => failure?.message ?? '' },
      { title: 'LOG', cell: ({ id }) => `jobs logs ${job.id} --attempt ${shortAttemptId(id)}` },
    ],
  });
  return [...lines, `  ${table.replaceAll('\n', '\n  ')}`].join('\n');
}

export function deadLettersText(page: DeadLetterPage, terminal: Terminal, now: number): string {
  const { deadLetters, total, unreadableMessages } = page;
  const unreadable =
    unreadableMessages === null || unreadableMessages === 0
      ? []
      : [`${unreadableMessages} messages that nobody could read lie in the queue meshdeck.dead on RabbitMQ.`];
  if (deadLetters.length === 0) return ['No dead letters: no job was given up.', ...unreadable].join('\n');
  const left = total - deadLetters.length;
  return [
    ...deadLetters.map((letter) => letterText(letter, terminal, now)),
    ...(left > 0 ? [`${left} more: --limit ${total}`] : []),
    ...unreadable,
    terminal.paint.dim(
      'Run again: meshdeck jobs dead rerun JOB... | --all    Put aside: meshdeck jobs dead dismiss JOB... | --all',
    ),
  ].join('\n\n');
}
