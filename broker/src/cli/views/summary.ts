import {
  cleanLine,
  formatPlain,
  formatRows,
  formatShare,
  type Certainty,
  type ResultSummary,
} from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';
import { formatFacts, formatTable } from '../text/table.js';
import { driftText } from './drift.js';
import { barsText, histogramText } from './text-bars.js';
import { worthText } from './worth.js';

const namedBy = { asked: 'as asked for', job: 'named by the job', app: 'named by the app' } as const;
const rowCellsShown = 2;

/** Classes, columns and names of jobs are other people's texts: each keeps to its line, and none looks like a line of ours. */
const onLines = (summary: ResultSummary): ResultSummary =>
  JSON.parse(JSON.stringify(summary), (_key, value: unknown) =>
    typeof value === 'string' ? cleanLine(value) : value,
  ) as ResultSummary;

/** What a job's result is worth, from top to bottom. */
export function summaryText(found: ResultSummary, terminal: Terminal): string {
  const summary = onLines(found);
  const { paint } = terminal;
  const { prediction, truth, notes, worth, distribution, certainty, drift } = summary;
  const section = (title: string, text: string | null) =>
    text === null ? [] : [`${paint.bold(title)}\n${text}`];
  return [
    `${paint.bold(`Result of job ${summary.jobId}`)}  ${formatRows(summary.rows)}`,
    formatFacts(
      [
        [
          'Prediction',
          prediction.why + (prediction.missing > 0 ? ` ${formatRows(prediction.missing)} without one.` : ''),
        ],
        ['Truth', truthText(summary)],
      ],
      paint,
    ),
    ...(notes.length > 0 ? [notes.map((note) => paint.yellow(note)).join('\n')] : []),
    ...(worth === null ? [] : [worthText(worth, truth?.column.name ?? '', terminal)]),
    ...section('What was predicted', distribution === null ? null : distributionText(distribution, terminal)),
    ...section('How sure it was', certainty === null ? null : certaintyText(certainty, terminal)),
    ...section('Beside earlier tables', driftText(drift, terminal)),
  ].join('\n\n');
}

function truthText({ truth, truthSuggestions }: ResultSummary): string {
  if (truth !== null) {
    const missing = truth.missing > 0 ? `; ${formatRows(truth.missing)} without one` : '';
    return `column ${truth.column.name}, ${namedBy[truth.named]}${missing}`;
  }
  const [first] = truthSuggestions;
  return first === undefined
    ? 'not known; name its column with --truth'
    : `not known; name its column with --truth, such as --truth ${JSON.stringify(first)}`;
}

function distributionText(
  distribution: NonNullable<ResultSummary['distribution']>,
  terminal: Terminal,
): string {
  if (distribution.kind === 'classes') {
    const { classes, others } = distribution;
    const bars = barsText(
      classes.map(({ class: name, rows, share }) => ({ name, rows, remark: formatShare(share) })),
      terminal,
    );
    if (others.classes === 0) return bars;
    return `${bars}\nand ${others.classes.toLocaleString('en-US')} more classes in ${formatRows(others.rows)}`;
  }
  const { quantiles, mean, deviation, histogram, drawn } = distribution;
  const { min, p5, p25, median, p75, p95, max } = quantiles;
  const lines = [
    `Median ${formatPlain(median)}, mean ${formatPlain(mean)}, standard deviation ${formatPlain(deviation)}`,
    `From ${formatPlain(min)} to ${formatPlain(max)}; half lie between ${formatPlain(p25)} and ${formatPlain(p75)}, 90 % between ${formatPlain(p5)} and ${formatPlain(p95)}`,
    histogramText(histogram, terminal),
  ];
  if (drawn !== null) lines.push(`Quantiles and bars are of ${formatRows(drawn)}, drawn evenly.`);
  return lines.join('\n');
}

function certaintyText({ by, median, leastSure, rows }: Certainty, { paint, width }: Terminal): string {
  const what =
    by === 'probability'
      ? `The largest probability is ${formatPlain(median)} in the median of ${formatRows(rows)}.`
      : `The largest score leads by ${formatPlain(median)} in the median of ${formatRows(rows)}.`;
  const told = (leastSure[0]?.cells ?? []).slice(0, rowCellsShown);
  const table = formatTable({
    paint,
    width,
    rows: leastSure,
    columns: [
      { title: 'ROW', align: 'right', cell: ({ row }) => String(row) },
      { title: 'LINE', align: 'right', cell: ({ line }) => String(line) },
      { title: 'PREDICTION', cell: ({ prediction }) => prediction, wraps: true },
      by === 'probability'
        ? { title: 'PROBABILITY', align: 'right', cell: ({ probability }) => formatPlain(probability ?? 0) }
        : { title: 'LEAD', align: 'right', cell: ({ lead }) => formatPlain(lead ?? 0) },
      { title: 'SECOND', cell: ({ second }) => second ?? '', wraps: true },
      ...(leastSure.some(({ truth }) => truth !== null)
        ? [{ title: 'TRUTH', wraps: true, cell: ({ truth }: { truth: string | null }) => truth ?? '' }]
        : []),
      ...told.map(({ column }, at) => ({
        title: column.toUpperCase(),
        wraps: true,
        cell: ({ cells }: Certainty['leastSure'][number]) => cells[at]?.text ?? '',
      })),
    ],
  });
  return `${what} The least sure rows:\n${table}`;
}
