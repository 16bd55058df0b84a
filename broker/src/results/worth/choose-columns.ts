import { MeshdeckError } from '@meshdeck/shared';
import { findColumn, type ColumnRoles } from '../reading/column-roles.js';
import type { ResultTable } from '../reading/open-result.js';
import type { JudgedColumns } from './judge.js';

/** What was said about the columns, by the call, the job or the app. */
export interface ChosenColumns {
  truth: string | null;
  /** A truth that is not in the result is refused where it was asked for, and told where the job names it. */
  truthNamed: 'asked' | 'job' | 'app';
  prediction?: string | undefined;
}

/** A probability that cannot be read for want of its class. */
export function probabilityNotes({ columns, probabilities }: ColumnRoles): string[] {
  const alone = columns.filter(({ role }) => role === 'probability');
  const [first] = alone;
  if (first === undefined || alone.length > 1 || probabilities.length > 1) return [];
  return [
    `${JSON.stringify(first.name.slice(0, 80))} alone does not say how sure the other classes are: with a column probability_CLASS for each, the least sure rows and the calibration are shown.`,
  ];
}

/**
 * The columns that are judged; a note for a truth that the job names and the result lacks.
 *
 * @throws MeshdeckError invalid-request for one that was asked for and is not there
 */
export function chooseColumns(
  { truth, truthNamed, prediction }: ChosenColumns,
  { names }: ResultTable,
  roles: ColumnRoles,
  notes: string[],
): JudgedColumns {
  const find = (reference: string): number => {
    const column = findColumn(names, reference);
    if (column !== undefined) return column;
    throw new MeshdeckError(
      'invalid-request',
      `The result has no column ${JSON.stringify(reference.slice(0, 100))}. It has ${names.length}: ${names
        .slice(0, 20)
        .map((name) => JSON.stringify(name.slice(0, 40)))
        .join(', ')}${names.length > 20 ? ' and more' : ''}.`,
    );
  };
  const predicted = prediction === undefined ? roles.prediction : find(prediction);
  let actual: number | null = null;
  if (truth !== null && truthNamed === 'asked') actual = find(truth);
  else if (truth !== null) {
    actual = findColumn(names, truth) ?? null;
    if (actual === null && truthNamed === 'job') {
      notes.push(
        `The job names ${JSON.stringify(truth.slice(0, 100))} as the truth, but the result has no such column.`,
      );
    }
  }
  if (actual !== null && actual === predicted) {
    throw new MeshdeckError(
      'invalid-request',
      `${JSON.stringify(names[actual])} is the prediction itself; choose another column as the truth.`,
    );
  }
  return { prediction: predicted, truth: actual, probabilities: roles.probabilities, scores: roles.scores };
}

/** How the prediction was found and read. */
export function whySentence(
  roles: ColumnRoles,
  { prediction }: JudgedColumns,
  why: string,
  rows: number,
): string {
  const name =
    prediction === null ? '' : JSON.stringify((roles.columns[prediction]?.name ?? '').slice(0, 80));
  if (prediction !== null) return rows === 0 ? `${name}; the result has no rows.` : `${name}: ${why}.`;
  if (roles.otherPredictions.length > 0) {
    return `The result has ${roles.otherPredictions.length} columns that hold predictions; choose one of them.`;
  }
  return 'The result has no column named "prediction". Let the app name it so, or choose the column that holds it.';
}
