import type { CellBatch } from '../reading/cell-batch.js';
import { cellNumber } from '../reading/cell-number.js';
import { pointForm, type NumberForm } from '../reading/number-form.js';
import { createCertaintyTally, type CertaintyTally } from './certainty-tally.js';
import { classKey, createClassNames, type ClassNames } from './class-names.js';
import { createClassTally, type ClassTally } from './class-tally.js';
import { createJudgedColumn, emptyCounts, type CellCounts, type JudgedColumn } from './judged-column.js';
import { createLikelihoodTally, type LikelihoodTally } from './likelihood-tally.js';
import { createNumberTally, type NumberTally } from './number-tally.js';
import { createSmallestRows, type RowPlace, type SmallestRows } from './smallest-rows.js';

/** What is judged, by columns of the result. */
export interface JudgedColumns {
  prediction: number | null;
  truth: number | null;
  probabilities: readonly { column: number; class: string }[];
  scores: readonly { column: number; class: string }[];
}

/** Everything that one pass over the rows found. Both readings are kept until it is known which one is right. */
export interface Judged {
  prediction: CellCounts;
  truth: CellCounts;
  names: ClassNames;
  classes: ClassTally;
  numbers: NumberTally;
  worst: SmallestRows<number>;
  /** By probabilities, else by scores; null where there are neither for two classes. */
  certainty: { by: 'probability' | 'lead'; tally: CertaintyTally; classes: string[] } | null;
  likelihood: LikelihoodTally | null;
  /** Rows whose prediction is not the class with the largest probability. */
  contradictions: number;
}

const worstNamed = 10;
/** The other way to write a class of two. */
const aliases = new Map([
  ['true', '1'],
  ['false', '0'],
  ['1', 'true'],
  ['0', 'false'],
]);

/** `formOf`: how a column's numbers are written, known once the first rows are there. */
export function createJudge(columns: JudgedColumns, formOf: (column: number) => NumberForm) {
  const names = createClassNames();
  const classed = columns.probabilities.length > 1 ? columns.probabilities : columns.scores;
  const by = columns.probabilities.length > 1 ? 'probability' : 'lead';
  const values = new Float64Array(classed.length > 1 ? classed.length : 0);
  const judged: Judged = {
    prediction: emptyCounts(),
    truth: emptyCounts(),
    names,
    classes: createClassTally(),
    numbers: createNumberTally(),
    worst: createSmallestRows<number>(worstNamed),
    certainty:
      values.length === 0
        ? null
        : { by, tally: createCertaintyTally(by), classes: classed.map(({ class: name }) => name) },
    likelihood: by === 'probability' ? createLikelihoodTally(values.length) : null,
    contradictions: 0,
  };
  const placesByKey = new Map(classed.map(({ class: name }, place) => [classKey(name) ?? '', place]));
  const places: number[] = [];
  let prediction: JudgedColumn | null = null;
  let truth: JudgedColumn | null = null;
  let rowsBefore = 0;

  /** The place of a class among the probabilities; -1 where it has none. */
  function placeOf(id: number): number {
    if (id < 0) return -1;
    const key = names.keyOf(id);
    return (places[id] ??= placesByKey.get(key) ?? placesByKey.get(aliases.get(key) ?? '') ?? -1);
  }

  function begin(): void {
    const column = (at: number | null, counts: CellCounts, gives: boolean) =>
      at === null ? null : createJudgedColumn(at, { form: formOf(at), names, gives, counts });
    prediction = column(columns.prediction, judged.prediction, true);
    if (prediction !== null) truth = column(columns.truth, judged.truth, false);
  }

  function takeRow(batch: CellBatch, row: number, place: (row: number) => RowPlace): void {
    prediction?.read(batch, row);
    truth?.read(batch, row);
    const [named, actual] = [prediction?.class ?? -1, truth?.class ?? -1];
    const [predicted, measured] = [prediction?.number ?? Number.NaN, truth?.number ?? Number.NaN];
    if (named >= 0) judged.classes.predicted(named);
    if (named >= 0 && actual >= 0) judged.classes.judged(actual, named);
    if (!Number.isNaN(predicted)) judged.numbers.predicted(predicted);
    if (!Number.isNaN(predicted) && !Number.isNaN(measured)) {
      judged.numbers.judged(measured, predicted);
      const size = -Math.abs(predicted - measured);
      if (judged.worst.wants(size)) judged.worst.add(size, place(row), predicted - measured);
    }
    if (values.length > 0 && readLikelihoods(batch, row)) takeLikelihoods(row, place, actual, named);
  }

  /** False for a row without probabilities: it has no prediction to be unsure of. */
  function readLikelihoods({ bytes, starts, ends, columns: width }: CellBatch, row: number): boolean {
    for (let at = 0; at < values.length; at++) {
      const cell = row * width + (classed[at]?.column ?? 0);
      const value = cellNumber(bytes, starts[cell] as number, ends[cell] as number, pointForm);
      if (Number.isNaN(value)) return false;
      values[at] = value;
    }
    return true;
  }

  function takeLikelihoods(
    row: number,
    place: (row: number) => RowPlace,
    actual: number,
    named: number,
  ): void {
    judged.certainty?.tally.take(values, row, place);
    const predictedPlace = placeOf(named);
    if (predictedPlace >= 0) {
      const stated = values[predictedPlace] as number;
      if (values.some((value) => value > stated)) judged.contradictions++;
    }
    if (actual >= 0 && named >= 0) judged.likelihood?.take(values, placeOf(actual), predictedPlace);
  }

  return {
    take(batch: CellBatch): void {
      if (rowsBefore === 0) begin();
      const place = (row: number): RowPlace => ({
        row: rowsBefore + row + 1,
        line: batch.lines[row] as number,
        offset: batch.offsets[row] as number,
        length: batch.lengths[row] as number,
      });
      for (let row = 0; row < batch.rows; row++) takeRow(batch, row, place);
      rowsBefore += batch.rows;
    },
    judged,
  };
}
