import type { Drift } from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';

const marks = { much: '!!', some: '! ', steady: '  ' } as const;

/** How the table lies beside the app's earlier ones, sentence by sentence. */
export function driftText(drift: Drift, { paint }: Pick<Terminal, 'paint'>): string {
  const { columns, columnsLeftOut, notCompared, added, gone, jobsLeftOut } = drift;
  const named = (names: readonly string[]) => names.map((name) => JSON.stringify(name)).join(', ');
  const lines = [
    drift.sentence,
    ...columns.map(({ level, sentence, feeds }) => {
      const line = `${marks[level]} ${sentence}${feeds === false ? ' The model does not read it.' : ''}`;
      return level === 'much' ? paint.yellow(line) : line;
    }),
    ...(columnsLeftOut > 0 ? [`   and ${columnsLeftOut} more columns`] : []),
    ...(added.length > 0 ? [`In this table only: ${named(added)}`] : []),
    ...(gone.length > 0 ? [`In earlier tables only: ${named(gone)}`] : []),
    ...(notCompared.length > 0
      ? [`Not compared, since every row has a value of its own: ${named(notCompared)}`]
      : []),
    ...(jobsLeftOut > 0
      ? [
          `${jobsLeftOut} earlier ${jobsLeftOut === 1 ? 'table was' : 'tables were'} left out: large, and nobody has looked at them yet.`,
        ]
      : []),
  ];
  return lines.join('\n');
}
