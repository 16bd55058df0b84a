import { MeshdeckError, type PredictionKind, type ResultColumn, type ResultSummary } from '@meshdeck/shared';
import { createColumnTally, profileRoom } from './drift/tally-column.js';
import { profileVersion, type TableProfile } from './drift/column-profile.js';
import { cellText, type CellBatch } from './reading/cell-batch.js';
import { columnRoles, findColumn, truthSuggestions, type ColumnRoles } from './reading/column-roles.js';
import { pointForm, signEvidence, tableForms, type NumberForm } from './reading/number-form.js';
import { openResult, type ResultTable } from './reading/open-result.js';
import { readCells } from './reading/read-cells.js';
import { createRowShape } from './reading/row-shape.js';
import { conclude } from './worth/conclude.js';
import { createJudge, type JudgedColumns } from './worth/judge.js';
import { judgeNotes } from './worth/judge-notes.js';
import { wordsAreMissing, type CellCounts } from './worth/judged-column.js';
import { predictionKind } from './worth/prediction-kind.js';

/** Where a result lies, and what is known about it. */
export interface ResultFile {
  path: string;
  /** SHA-256 */
  sha256: string;
  /** The job's table: its header tells which of the result's columns are its own. */
  inputPath: string | null;
  /** What is known of it from the job's reading. */
  delimiter?: string | undefined;
  inputColumns?: readonly string[] | undefined;
  decimal?: '.' | ',' | undefined;
}

export interface SummaryQuestion extends ResultFile {
  truth: string | null;
  /** A truth that is not in the result is refused where it was asked for, and told where the job or app names it. */
  truthNamed: 'asked' | 'job' | 'app';
  prediction?: string | undefined;
  as?: PredictionKind | undefined;
}

export type TableSummary = Omit<ResultSummary, 'jobId' | 'drift'>;

const columnsListed = 2000;
const columnsProfiled = 5000;
const evidenceCells = 200;

/** A result's columns, by its own header and that of the job's table. */
export async function openWithRoles(file: ResultFile): Promise<{ table: ResultTable; roles: ColumnRoles }> {
  const table = await openResult(
    file.path,
    file.delimiter === undefined ? {} : { delimiter: file.delimiter },
  );
  const inputNames = file.inputColumns ?? (await namesOfInput(file.inputPath));
  return { table, roles: columnRoles(table.names, inputNames) };
}

/** A table that cannot be read here may well have been read by the app: then its names are not known. */
async function namesOfInput(path: string | null): Promise<readonly string[]> {
  if (path === null) return [];
  return openResult(path).then(
    ({ names }) => names,
    () => [],
  );
}

/**
 * Reads a result once: what was predicted, how sure the model was, what it is worth beside the truth, and, `withProfile`, what its
 * columns held. Constant memory.
 *
 * @throws MeshdeckError csv-empty, csv-malformed; invalid-request for a column that is not there; cancelled
 */
export async function summarizeTable(
  question: SummaryQuestion,
  { signal, withProfile }: { signal: AbortSignal; withProfile: boolean },
): Promise<{ summary: TableSummary; profile: TableProfile | null }> {
  const { table, roles } = await openWithRoles(question);
  const notes: string[] = [];
  const columns = judgedColumns(question, table, roles, notes);
  const isOwn = (column: number) => roles.columns[column]?.role === 'input';
  let forms = new Map<number, NumberForm>();
  const formOf = (column: number): NumberForm => forms.get(column) ?? pointForm;
  const profiled = withProfile
    ? roles.columns.filter(({ role, index }) => role === 'input' || index === columns.prediction)
    : [];
  const tallied = profiled.slice(0, columnsProfiled);
  const shape = createRowShape();
  const judge = createJudge(columns, formOf);
  let tallies: ReturnType<typeof createColumnTally>[] | undefined;

  function learnForms(batch: CellBatch): void {
    const read = new Set([...tallied.map(({ index }) => index), columns.prediction, columns.truth]);
    const evidence = [...read].flatMap((column) =>
      column === null ? [] : [[column, signEvidence(someCells(batch, column))] as const],
    );
    forms = tableForms(new Map(evidence), isOwn);
    if (question.decimal === undefined) return;
    for (const column of forms.keys()) {
      if (isOwn(column)) forms.set(column, { decimal: question.decimal, groups: true });
    }
  }

  for await (const batch of readCells(table, { signal })) {
    if (tallies === undefined) {
      learnForms(batch);
      const room = profileRoom(tallied.length);
      tallies = tallied.map((column) => createColumnTally(column, formOf(column.index), room));
    }
    shape.take(batch);
    judge.take(batch);
    for (const tally of tallies) tally.take(batch);
  }

  const { judged } = judge;
  const read = predictionKind(judged, question.as);
  const kind = columns.prediction === null ? null : read.kind;
  const conclusion = await conclude({ table, roles, columns, judged }, kind);
  const rows = shape.rows();
  return {
    summary: {
      rows,
      columns: roles.columns.slice(0, columnsListed),
      columnsLeftOut: Math.max(0, roles.columns.length - columnsListed),
      prediction: {
        column: columnAt(roles, columns.prediction),
        kind,
        why: whySentence(roles, columns, read.why, rows),
        missing: missingCells(judged.prediction, kind),
      },
      truth:
        columns.truth === null
          ? null
          : {
              column: columnAt(roles, columns.truth) ?? neverMissing(),
              named: question.truthNamed,
              missing: missingCells(judged.truth, kind),
            },
      truthSuggestions: truthSuggestions(roles),
      notes: [
        ...notes,
        ...shape.notes(),
        ...probabilityNotes(roles),
        ...judgeNotes(judged, kind),
        ...conclusion.notes,
      ]
        .slice(0, 20)
        .map((note) => note.slice(0, 500)),
      worth: conclusion.worth,
      distribution: conclusion.distribution,
      certainty: conclusion.certainty,
    },
    profile: withProfile
      ? {
          version: profileVersion,
          result: question.sha256,
          rows,
          columns: (tallies ?? []).map((tally) => tally.profile()),
          columnsLeftOut: profiled.length - tallied.length,
        }
      : null,
  };
}

const missingCells = (counts: CellCounts, kind: PredictionKind | null): number =>
  counts.empty + (kind === 'numbers' || wordsAreMissing(counts) ? counts.words : 0);

const columnAt = ({ columns }: ColumnRoles, column: number | null): ResultColumn | null =>
  (column === null ? undefined : columns[column]) ?? null;

function neverMissing(): never {
  throw new MeshdeckError('internal', 'A column that was found is gone.');
}

function* someCells(batch: CellBatch, column: number): Generator<string> {
  for (let row = 0; row < Math.min(batch.rows, evidenceCells); row++)
    yield cellText(batch, row * batch.columns + column);
}

function probabilityNotes({ columns, probabilities }: ColumnRoles): string[] {
  const alone = columns.filter(({ role }) => role === 'probability');
  const [first] = alone;
  if (first === undefined || alone.length > 1 || probabilities.length > 1) return [];
  return [
    `${JSON.stringify(first.name.slice(0, 80))} alone does not say how sure the other classes are: with a column probability_CLASS for each, the least sure rows and the calibration are shown.`,
  ];
}

/** @throws MeshdeckError invalid-request */
function judgedColumns(
  { truth, truthNamed, prediction }: SummaryQuestion,
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

function whySentence(roles: ColumnRoles, { prediction }: JudgedColumns, why: string, rows: number): string {
  const name =
    prediction === null ? '' : JSON.stringify((roles.columns[prediction]?.name ?? '').slice(0, 80));
  if (prediction !== null) return rows === 0 ? `${name}; the result has no rows.` : `${name}: ${why}.`;
  if (roles.otherPredictions.length > 0) {
    return `The result has ${roles.otherPredictions.length} columns that hold predictions; choose one of them.`;
  }
  return 'The result has no column named "prediction". Let the app name it so, or choose the column that holds it.';
}
