import {
  cleanLine,
  failureLine,
  formatDuration,
  formatFigure,
  formatParam,
  ownValue,
  type SweepView,
} from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';
import { formatTable } from '../text/table.js';

const orDash = <T>(value: T | undefined, text: (value: T) => string): string =>
  value === undefined ? '-' : text(value);

type Row = SweepView['rows'][number];

/** Where each figure is least and greatest, a line each. */
function extremeLines({ figures, figureCount }: SweepView): string[] {
  const lines = figures.flatMap(({ name, least, greatest }) =>
    least === null || greatest === null
      ? []
      : [
          `${cleanLine(name)}: least ${formatFigure(least.value)} (job ${least.number}), greatest ${formatFigure(greatest.value)} (job ${greatest.number})`,
        ],
  );
  const more = figureCount - figures.length;
  return more > 0 ? [...lines, `${more} more figures: see each job's metrics.json.`] : lines;
}

/** Parameters, figures, states and durations side by side. */
export function sweepTable(view: SweepView, { paint, width }: Terminal): string {
  const { rows, params, figures } = view;
  const table = formatTable({
    paint,
    width,
    rows,
    columns: [
      { title: '#', align: 'right', cell: ({ number }) => String(number) },
      ...params.map((name) => ({
        title: name,
        cell: ({ params: values }: Row) => orDash(ownValue(values, name), formatParam),
      })),
      ...figures.map(({ name }) => ({
        title: name,
        align: 'right' as const,
        cell: ({ figures: values }: Row) => orDash(ownValue(values, name), formatFigure),
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
      { title: 'REMARK', wraps: true, cell: ({ failure }) => (failure === null ? '' : failureLine(failure)) },
    ],
  });
  const extremes = extremeLines(view);
  return extremes.length === 0 ? table : `${table}\n\n${extremes.join('\n')}`;
}
