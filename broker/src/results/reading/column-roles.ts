import type { ResultColumn, ResultColumnRole } from '@meshdeck/shared';

const nameShown = 200;

/** What the columns of a result are, and what the classes of their probabilities are called. */
export interface ColumnRoles {
  columns: ResultColumn[];
  /** The column that holds the prediction; null where none is named so. */
  prediction: number | null;
  /** Columns that hold a prediction of their own: `prediction_0`, `prediction_price`. */
  otherPredictions: number[];
  /** One for each class. */
  probabilities: { column: number; class: string }[];
  scores: { column: number; class: string }[];
}

/**
 * Tells by names what the columns of a result are. The table's own columns are those that the job's input has, each as often as
 * there; what the app added is the prediction, `probability_CLASS`, `score_CLASS`, or something else. Models' added columns never
 * have a name that the table has. `inputNames` is empty where the input could not be read: then everything that is not
 * named like a prediction is taken for the table's own.
 */
export function columnRoles(names: readonly string[], inputNames: readonly string[]): ColumnRoles {
  const left = new Map<string, number>();
  for (const name of inputNames) left.set(name, (left.get(name) ?? 0) + 1);
  const owned = names.map((name) => {
    const count = left.get(name) ?? 0;
    if (count > 0) left.set(name, count - 1);
    return count > 0;
  });
  const knowsInput = owned.includes(true);
  const roles = names.map((name, column): ResultColumnRole => {
    if (owned[column] === true) return 'input';
    return roleByName(name) ?? (knowsInput ? 'added' : 'input');
  });
  const added = roles.flatMap((role, column) => (role === 'prediction' ? [column] : []));
  const exact = added.find((column) => /^prediction$/i.test(names[column] ?? ''));
  const prediction = exact ?? (added.length === 1 ? added[0] : undefined) ?? null;
  const classed = (wanted: ResultColumnRole) =>
    roles.flatMap((role, column) => {
      const name = /^(?:probability|score)_(.+)$/is.exec(names[column] ?? '')?.[1];
      return role === wanted && name !== undefined ? [{ column, class: name }] : [];
    });
  return {
    columns: names.map((name, index) => ({
      index,
      name: name.slice(0, nameShown),
      role: roles[index] ?? 'input',
    })),
    prediction,
    otherPredictions: added.filter((column) => column !== prediction),
    probabilities: classed('probability'),
    scores: classed('score'),
  };
}

function roleByName(name: string): ResultColumnRole | null {
  if (/^predict(?:ion|ed)(?:$|_)/i.test(name)) return 'prediction';
  if (/^probability(?:$|_)/i.test(name)) return 'probability';
  return /^score(?:$|_)/i.test(name) ? 'score' : null;
}

/** The column that `reference` names, or, as `#3`, counts. Undefined where there is none. */
export function findColumn(names: readonly string[], reference: string): number | undefined {
  const named = names.indexOf(reference.trim());
  if (named >= 0) return named;
  const place = /^#(\d{1,6})$/.exec(reference)?.[1];
  if (place === undefined) return undefined;
  const column = Number(place) - 1;
  return column >= 0 && column < names.length ? column : undefined;
}

/** Names that the truth often has, the likeliest first. */
const truthNames =
  /^(?:label|labels|truth|ground_?truth|target|actual|class|y|y_true|outcome|expected|species|observed|(?:true|actual|expected)[_ ].+|.+[_ ](?:label|truth|true|actual))$/i;

/** Columns of the table that may hold the truth. */
export function truthSuggestions({ columns }: ColumnRoles): string[] {
  return columns
    .filter(({ role, name }) => role === 'input' && truthNames.test(name))
    .slice(0, 10)
    .map(({ name }) => name);
}
