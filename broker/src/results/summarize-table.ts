import { MeshdeckError, type PredictionKind, type ResultColumn, type ResultSummary } from '@meshdeck/shared';
import { createColumnTally, profileRoom } from './drift/tally-column.js';
import { profileVersion, type TableProfile } from './drift/column-profile.js';
import { cellText, type CellBatch } from './reading/cell-batch.js';
import { truthSuggestions, type ColumnRoles } from './reading/column-roles.js';
import { pointForm, signEvidence, tableForms, type NumberForm } from './reading/number-form.js';
import { readCells } from './reading/read-cells.js';
import { openWithRoles, type ResultFile } from './reading/result-file.js';
import { createRowShape } from './reading/row-shape.js';
import { chooseColumns, probabilityNotes, whySentence, type ChosenColumns } from './worth/choose-columns.js';
import { conclude } from './worth/conclude.js';
import { createJudge } from './worth/judge.js';
import { judgeNotes } from './worth/judge-notes.js';
import { wordsAreMissing, type CellCounts } from './worth/judged-column.js';
import { predictionKind } from './worth/prediction-kind.js';

export interface SummaryQuestion extends ResultFile, ChosenColumns {
  as?: PredictionKind | undefined;
}

export type TableSummary = Omit<ResultSummary, 'jobId' | 'drift'>;

const columnsListed = 2000;
const columnsProfiled = 5000;
const evidenceCells = 200;

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
  const columns = chooseColumns(question, table, roles, notes);
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
