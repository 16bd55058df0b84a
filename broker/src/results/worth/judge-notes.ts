import type { PredictionKind } from '@meshdeck/shared';
import type { ConfusedRows } from './class-scores.js';
import type { Judged } from './judge.js';

const namesShown = 5;

const rowsWords = (count: number) => (count === 1 ? 'One row' : `${count.toLocaleString('en-US')} rows`);
const verb = (count: number, one: string, many: string) => (count === 1 ? one : many);

function listed(names: readonly string[]): string {
  const shown = names.slice(0, namesShown).map((name) => JSON.stringify(name.slice(0, 40)));
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** What people should know about the rows before they believe the figures. */
export function judgeNotes(judged: Judged, kind: PredictionKind | null): string[] {
  const { prediction, truth, likelihood, contradictions } = judged;
  const notes: string[] = [];
  if (kind === 'numbers') {
    const boundless = prediction.boundless + truth.boundless;
    for (const [what, { texts, example }] of [
      ['prediction', prediction],
      ['truth', truth],
    ] as const) {
      if (texts === 0) continue;
      const such = `${verb(texts, 'has', 'have')} a ${what} that is no number, such as ${JSON.stringify(example)}`;
      notes.push(`${rowsWords(texts)} ${such}; left out.`);
    }
    if (boundless > 0)
      notes.push(
        `${rowsWords(boundless)} with infinite or enormous numbers ${verb(boundless, 'is', 'are')} left out.`,
      );
  }
  if (kind === 'classes' && contradictions > 0) {
    notes.push(
      `In ${contradictions === 1 ? 'one row' : `${contradictions.toLocaleString('en-US')} rows`} the prediction is not the class with the largest probability: the model itself says both.`,
    );
  }
  const unlikely = likelihood?.unlikely() ?? 0;
  const unknown = likelihood?.unknownTruths() ?? 0;
  if (kind === 'classes' && unlikely > 0) {
    notes.push(
      `${rowsWords(unlikely)} ${verb(unlikely, 'has', 'have')} probabilities that do not sum to 1, so log loss, Brier score and calibration are not given.`,
    );
  }
  if (kind === 'classes' && unknown > 0) {
    notes.push(
      `${rowsWords(unknown)} ${verb(unknown, 'has', 'have')} a truth that the model has no probability for, so log loss, Brier score and calibration are not given.`,
    );
  }
  return notes;
}

/** Truth and prediction that do not share their classes: nearly always two ways to write the same thing. */
export function classNotes(pairs: readonly ConfusedRows[], truthName: string): string[] {
  const truths = [...new Set(pairs.map(({ truth }) => truth))];
  const predictions = [...new Set(pairs.map(({ prediction }) => prediction))];
  if (truths.length === 0) return [];
  const shared = truths.filter((name) => predictions.includes(name));
  if (shared.length === 0) {
    const folded = new Set(predictions.map((name) => name.toLowerCase()));
    const sameWords = truths.some((name) => folded.has(name.toLowerCase()));
    return [
      `No class is in both: ${JSON.stringify(truthName)} has ${listed(truths)}, the prediction ${listed(predictions)}. ${
        sameWords ? 'They differ in capitals' : 'They may be two ways to write the same'
      }, so the figures say nothing about the model.`,
    ];
  }
  const shifted = shiftNote(pairs, truthName);
  if (shifted !== null) return [shifted];
  const right = rowsOf(pairs.filter(({ truth, prediction }) => truth === prediction));
  const never = truths.filter((name) => !predictions.includes(name));
  const extra = predictions.filter((name) => !truths.includes(name));
  if (right * 2 > rowsOf(pairs) || never.length === 0 || extra.length === 0) return [];
  return [
    `${JSON.stringify(truthName)} has ${listed(never)}, never predicted, and the prediction ${listed(extra)}, never true: look whether both are written the same way.`,
  ];
}

const rowsOf = (pairs: readonly ConfusedRows[]) => pairs.reduce((sum, { rows }) => sum + rows, 0);

/** Classes that one side counts from 0 and the other from 1, as R and many tables do. */
function shiftNote(pairs: readonly ConfusedRows[], truthName: string): string | null {
  const rightBy = (shift: number) =>
    rowsOf(pairs.filter(({ truth, prediction }) => String(Number(prediction) + shift) === truth));
  const right = rightBy(0);
  for (const shift of [1, -1]) {
    const would = rightBy(shift);
    if (would <= right || would * 2 <= rowsOf(pairs)) continue;
    return `${JSON.stringify(truthName)} seems to count its classes from ${shift === 1 ? 'one more' : 'one less'} than the prediction: with that, ${would.toLocaleString('en-US')} rows would be right in place of ${right.toLocaleString('en-US')}. As they stand, the figures say nothing about the model.`;
  }
  return null;
}
