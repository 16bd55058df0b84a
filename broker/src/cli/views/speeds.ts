import {
  formatAge,
  formatDuration,
  formatNumber,
  formatPercent,
  shortId,
  type AppSpeeds,
} from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';
import { formatTable } from '../text/table.js';

function heading({ app, bundleSha256, accuracy }: AppSpeeds): string {
  const name =
    app === null ? `bundle ${bundleSha256.slice(0, 12)} (no longer held)` : `${app.name} ${app.version}`;
  if (accuracy === null) return `${name}: no finish was predicted yet`;
  const { predictions, medianError, p90Error } = accuracy;
  return `${name}: ${predictions} predicted finishes, off by ${formatPercent(medianError)} (median), ${formatPercent(p90Error)} (90th percentile)`;
}

/** Per app: how well its finishes were foreseen, and its speed on every machine, the fastest first. */
export function speedsText(all: readonly AppSpeeds[], { paint, width }: Terminal, now: number): string {
  if (all.length === 0) return 'No speeds yet: they are learned from finished jobs.';
  return all
    .map((speeds) => {
      const table = formatTable({
        paint,
        width,
        rows: speeds.machines,
        columns: [
          { title: 'MACHINE', cell: ({ nodeName, nodeId }) => nodeName ?? shortId(nodeId) },
          { title: 'ROWS/S', align: 'right', cell: ({ rowsPerSecond }) => formatNumber(rowsPerSecond) },
          { title: 'START', align: 'right', cell: ({ overheadMs }) => formatDuration(overheadMs) },
          { title: 'RUNS', align: 'right', cell: ({ runs }) => String(runs) },
          { title: 'LAST', cell: ({ lastRunAt }) => formatAge(lastRunAt, now) },
        ],
      });
      return `${paint.bold(heading(speeds))}\n${table}`;
    })
    .join('\n\n');
}
