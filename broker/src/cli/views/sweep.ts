import { formatDuration, formatParam, type SweepView } from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';
import { formatTable } from '../text/table.js';

/** Parameters, states and durations side by side. */
export function sweepTable({ rows, params }: SweepView, { paint, width }: Terminal): string {
  return formatTable({
    paint,
    width,
    rows,
    columns: [
      { title: '#', align: 'right', cell: ({ number }) => String(number) },
      ...params.map((name) => ({
        title: name,
        cell: ({ params: values }: SweepView['rows'][number]) =>
          values[name] === undefined ? '-' : formatParam(values[name]),
      })),
      {
        title: 'STATE',
        cell: ({ state }) => state,
        paint: (text, { state }) => {
          if (state === 'succeeded') return paint.green(text);
          return state === 'failed' ? paint.red(text) : paint.yellow(text);
        },
      },
      {
        title: 'TOOK',
        align: 'right',
        cell: ({ durationMs }) => (durationMs === null ? '-' : formatDuration(durationMs)),
      },
      { title: 'MACHINE', cell: ({ nodeName }) => nodeName ?? '-' },
      { title: 'JOB', cell: ({ jobId }) => jobId },
      { title: 'REMARK', wraps: true, cell: ({ failure }) => failure?.message ?? '' },
    ],
  });
}
