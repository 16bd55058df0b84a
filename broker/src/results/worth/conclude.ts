import type { Certainty, NumberWorth, ResultSummary, PredictionKind, Worth } from '@meshdeck/shared';
import { isMissingWord } from '../reading/cell-number.js';
import type { ColumnRoles } from '../reading/column-roles.js';
import type { ResultTable } from '../reading/open-result.js';
import { shortened } from '../reading/read-row.js';
import { classesShown, classScores, type ConfusedRows } from './class-scores.js';
import type { Judged, JudgedColumns } from './judge.js';
import { wordsAreMissing, type CellCounts } from './judged-column.js';
import { classNotes } from './judge-notes.js';
import { nameRows } from './name-rows.js';

/** What is said of a result, found in one pass over its rows. */
export type Conclusion = Pick<ResultSummary, 'worth' | 'distribution' | 'certainty'> & { notes: string[] };

/** Puts together what a pass has found, now that it is known whether the prediction names classes. */
export async function conclude(
  found: { table: ResultTable; roles: ColumnRoles; columns: JudgedColumns; judged: Judged },
  kind: PredictionKind | null,
): Promise<Conclusion> {
  const { table, roles, columns, judged } = found;
  const isClasses = kind === 'classes';
  const certainty = kind === 'numbers' ? null : await certaintyOf(found);
  if (kind === null) return { worth: null, distribution: null, certainty, notes: [] };
  const distribution = isClasses ? classDistribution(judged) : judged.numbers.distribution();
  if (columns.truth === null) return { worth: null, distribution, certainty, notes: [] };
  const truthName = table.names[columns.truth] ?? '';
  if (isClasses) return { ...classWorth(judged, truthName), distribution, certainty };
  const worth = judged.numbers.worth();
  const notes =
    worth === null
      ? [
          `${JSON.stringify(truthName)} and the prediction are numbers in no row together: nothing to compare.`,
        ]
      : [];
  const rows = worth === null ? [] : await nameRows(table, roles, columns, judged.worst.rows());
  const worst: NumberWorth['worst'] = rows.map(({ named, kept }) => ({ ...named, error: kept }));
  return { worth: worth === null ? null : { ...worth, worst }, distribution, certainty, notes };
}

const classFilter =
  ({ names }: Judged) =>
  (id: number, counts: CellCounts): boolean =>
    !(wordsAreMissing(counts) && isMissingWord(names.keyOf(id)));

/** `true` and `1` are one class where the truth has the one and the prediction the other only. */
function namedPairs(judged: Judged): { pairs: ConfusedRows[]; notes: string[] } {
  const { classes, names } = judged;
  const isClass = classFilter(judged);
  const pairs = classes
    .pairs()
    .filter(
      ({ truth, prediction }) => isClass(truth, judged.truth) && isClass(prediction, judged.prediction),
    );
  const keys = (side: 'truth' | 'prediction') => new Set(pairs.map((pair) => names.keyOf(pair[side])));
  const isBits = (found: Set<string>) => [...found].every((key) => key === '0' || key === '1');
  const isWords = (found: Set<string>) => [...found].every((key) => key === 'true' || key === 'false');
  const [truths, predictions] = [keys('truth'), keys('prediction')];
  const differ = (isBits(truths) && isWords(predictions)) || (isWords(truths) && isBits(predictions));
  const nameOf = (id: number): string => {
    const key = names.keyOf(id);
    if (!differ) return names.nameOf(id);
    return key === '1' ? 'true' : key === '0' ? 'false' : key;
  };
  return {
    pairs: pairs.map(({ truth, prediction, rows }) => ({
      truth: nameOf(truth),
      prediction: nameOf(prediction),
      rows,
    })),
    notes:
      differ && pairs.length > 0
        ? ['One side writes true and false, the other 1 and 0: taken for the same.']
        : [],
  };
}

function classWorth(judged: Judged, truthName: string): { worth: Worth | null; notes: string[] } {
  if (judged.names.tooMany()) {
    return {
      worth: null,
      notes: [
        'There are more than 2,000 different classes: too many to compare. If they are quantities, read them as numbers.',
      ],
    };
  }
  const { pairs, notes } = namedPairs(judged);
  const figures = classScores(pairs);
  if (figures === null) {
    return {
      worth: null,
      notes: [`No row has both ${JSON.stringify(truthName)} and a prediction: nothing to compare.`],
    };
  }
  const likelihood = judged.likelihood?.result() ?? { logLoss: null, brier: null, calibration: null };
  return {
    worth: { kind: 'classes', ...figures, ...likelihood },
    notes: [...notes, ...classNotes(pairs, truthName)],
  };
}

function classDistribution(judged: Judged): ResultSummary['distribution'] {
  const { classes, names } = judged;
  const isClass = classFilter(judged);
  const counts = [...classes.predictions()]
    .filter(([id]) => isClass(id, judged.prediction))
    .sort(([a, one], [b, other]) => other - one || a - b);
  const rows = counts.reduce((sum, [, count]) => sum + count, 0);
  const others = counts.slice(classesShown);
  return {
    kind: 'classes',
    classes: counts.slice(0, classesShown).map(([id, count]) => ({
      class: shortened(names.nameOf(id), 120),
      rows: count,
      share: count / rows,
    })),
    others: { classes: others.length, rows: others.reduce((sum, [, count]) => sum + count, 0) },
  };
}

async function certaintyOf(found: {
  table: ResultTable;
  roles: ColumnRoles;
  columns: JudgedColumns;
  judged: Judged;
}): Promise<Certainty | null> {
  const { certainty } = found.judged;
  if (certainty === null || certainty.tally.rows() === 0) return null;
  const { by, tally, classes } = certainty;
  const rows = await nameRows(found.table, found.roles, found.columns, tally.leastSure());
  return {
    by,
    rows: tally.rows(),
    histogram: tally.histogram(),
    median: tally.median(),
    leastSure: rows.map(({ named, kept }) => ({
      ...named,
      probability: by === 'probability' ? kept.largest : null,
      lead: kept.lead,
      second: shortened(classes[kept.second] ?? '', 120),
    })),
  };
}
