import {
  formatPlain,
  formatRows,
  formatShare,
  type ClassScore,
  type ClassWorth,
  type NumberWorth,
  type Worth,
} from '@meshdeck/shared';
import type { Terminal } from '../terminal.js';
import { createPaint, type Paint } from '../text/paint.js';
import { formatTable } from '../text/table.js';
import { histogramText } from './text-bars.js';

/** A confusion matrix of more classes is read better as a list of mistakes. */
const mostMatrixClasses = 16;

/** A result beside the truth. */
export function worthText(worth: Worth, truth: string, terminal: Terminal): string {
  return worth.kind === 'classes' ? classesText(worth, terminal) : numbersText(worth, truth, terminal);
}

function classesText(worth: ClassWorth, terminal: Terminal): string {
  const { paint, width } = terminal;
  const { commonest, logLoss, brier, calibration, macro } = worth;
  const lines = [
    `${paint.bold(`${formatShare(worth.accuracy)} right`)}: ${worth.right.toLocaleString('en-US')} of ${formatRows(worth.rows)}. Always naming the commonest class, ${commonest.class}, would be right in ${formatShare(commonest.share)}.`,
    `Mean over the ${worth.classes.toLocaleString('en-US')} classes: precision ${formatShare(macro.precision)}, recall ${formatShare(macro.recall)}, F1 ${formatPlain(macro.f1)}`,
    ...(logLoss === null || brier === null
      ? []
      : [
          `Probabilities: log loss ${formatPlain(logLoss)}, Brier score ${formatPlain(brier)}${calibration === null ? '' : `, expected calibration error ${formatShare(calibration.expectedError)}`}`,
        ]),
  ];
  const figure = (value: number | null) => (value === null ? '-' : formatShare(value));
  const scores = formatTable<ClassScore>({
    paint,
    width,
    rows: worth.scores,
    columns: [
      { title: 'CLASS', cell: ({ class: name }) => name, wraps: true },
      { title: 'ROWS', align: 'right', cell: ({ truth }) => truth.toLocaleString('en-US') },
      { title: 'PREDICTED', align: 'right', cell: ({ predicted }) => predicted.toLocaleString('en-US') },
      { title: 'PRECISION', align: 'right', cell: ({ precision }) => figure(precision) },
      { title: 'RECALL', align: 'right', cell: ({ recall }) => figure(recall) },
      { title: 'F1', align: 'right', cell: ({ f1 }) => f1.toFixed(3) },
    ],
  });
  const more = worth.classes - worth.scores.length;
  return [
    lines.join('\n'),
    scores + (more > 0 ? `\nand ${more.toLocaleString('en-US')} more classes` : ''),
    ...matrixText(worth, terminal),
    ...mistakesText(worth, terminal),
  ].join('\n\n');
}

/** Signs of colours take no room in a terminal. */
const plain = createPaint(false);

function matrixText({ confusion }: ClassWorth, { paint, width }: Terminal): string[] {
  const { classes, hasOthers, rows } = confusion;
  if (classes.length > mostMatrixClasses) return [];
  const names = [...classes, ...(hasOthers ? ['others'] : [])];
  const short = names.map((name) => ([...name].length > 12 ? `${[...name].slice(0, 11).join('')}…` : name));
  const tableIn = (colours: Paint) =>
    formatTable({
      paint: colours,
      rows: rows.map((counts, at) => ({ name: short[at] ?? '', counts, at })),
      columns: [
        { title: 'TRUTH', cell: ({ name }) => name },
        ...short.map((name, column) => ({
          title: name,
          align: 'right' as const,
          cell: ({ counts }: { counts: number[] }) =>
            counts[column] === 0 ? '·' : (counts[column] ?? 0).toLocaleString('en-US'),
          paint: (text: string, { at }: { at: number }) => (at === column ? colours.green(text) : text),
        })),
      ],
    });
  // Wrapped onto more lines it would be no matrix.
  const widest = Math.max(
    ...tableIn(plain)
      .split('\n')
      .map((line) => [...line].length),
  );
  if (width !== undefined && widest > width) return [];
  return [
    `${paint.bold('Which class was taken for which')} (truth down, prediction across)\n${tableIn(paint)}`,
  ];
}

function mistakesText({ mistakes }: ClassWorth, { paint }: Terminal): string[] {
  if (mistakes.length === 0) return [];
  const table = formatTable({
    paint,
    rows: mistakes,
    columns: [
      { title: 'TRUTH', cell: ({ truth }) => truth },
      { title: 'TAKEN FOR', cell: ({ prediction }) => prediction },
      { title: 'ROWS', align: 'right', cell: ({ rows }) => rows.toLocaleString('en-US') },
      { title: 'OF THAT CLASS', align: 'right', cell: ({ share }) => formatShare(share) },
    ],
  });
  return [`${paint.bold('Most frequent mistakes')}\n${table}`];
}

function numbersText(worth: NumberWorth, truth: string, terminal: Terminal): string {
  const { paint } = terminal;
  const { mae, rmse, medianAbsoluteError, r2, bias, rmseOfMean, rows, errors, worst, drawn } = worth;
  const table = formatTable({
    paint,
    width: terminal.width,
    rows: worst,
    columns: [
      { title: 'ROW', align: 'right', cell: ({ row }) => String(row) },
      { title: 'LINE', align: 'right', cell: ({ line }) => String(line) },
      { title: 'PREDICTION', align: 'right', cell: ({ prediction }) => prediction },
      { title: 'TRUTH', align: 'right', cell: (row) => row.truth ?? '' },
      { title: 'OFF BY', align: 'right', cell: ({ error }) => formatPlain(error) },
    ],
  });
  return [
    [
      `${paint.bold(`Off by ${formatPlain(mae)} on average`)} (MAE), by ${formatPlain(medianAbsoluteError)} in the median; RMSE ${formatPlain(rmse)}, over ${formatRows(rows)}.`,
      `Always saying the mean of ${truth} would give an RMSE of ${formatPlain(rmseOfMean)}${r2 === null ? '' : `; R2 is ${formatPlain(r2)}`}.`,
      `On average it predicts ${formatPlain(Math.abs(bias))} too ${bias < 0 ? 'little' : 'much'}.`,
    ].join('\n'),
    `${paint.bold('Errors')} (prediction minus truth)\n${histogramText(errors, terminal)}${drawn === null ? '' : `\nof ${formatRows(drawn)}, drawn evenly`}`,
    `${paint.bold('The rows that are furthest off')}\n${table}`,
  ].join('\n\n');
}
