import { cellText, type CellBatch } from '../reading/cell-batch.js';
import { cellNumber, isMissingWord } from '../reading/cell-number.js';
import { pointForm, type NumberForm } from '../reading/number-form.js';
import { createCertaintyTally, type CertaintyTally } from './certainty-tally.js';
import { classKey, createClassNames, type ClassNames } from './class-names.js';
import { createClassTally, type ClassTally } from './class-tally.js';
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

/** What one column's cells were. */
interface CellCounts {
  empty: number;
  /** NaN, NA and the like: no value where the column holds numbers, a text where it holds classes. */
  words: number;
  texts: number;
  /** One of them. */
  example: string;
  numbers: number;
  /** Numbers that are not finite, or so large that their squares are none any more. */
  boundless: number;
  allWhole: boolean;
}

const emptyCounts = (): CellCounts => ({
  empty: 0,
  words: 0,
  texts: 0,
  example: '',
  numbers: 0,
  boundless: 0,
  allWhole: true,
});

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
const largestNumber = 1e150;
/** The other way to write a class of two. */
const aliases = new Map([
  ['true', '1'],
  ['false', '0'],
  ['1', 'true'],
  ['0', 'false'],
]);

/** `formOf`: how a column's numbers are written. */
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
  let readPrediction: ((text: string) => number) | undefined;
  let readTruth: ((text: string) => number) | undefined;
  let firstRow = 1;

  /** The place of a class among the probabilities; -1 where it has none. */
  function placeOf(id: number): number {
    if (id < 0) return -1;
    const key = names.keyOf(id);
    return (places[id] ??= placesByKey.get(key) ?? placesByKey.get(aliases.get(key) ?? '') ?? -1);
  }

  /** Counts a cell; its number, NaN where it is none that can be reckoned with. */
  function countCell(batch: CellBatch, cell: number, form: NumberForm, counts: CellCounts): number {
    const [start, end] = [batch.starts[cell] as number, batch.ends[cell] as number];
    if (start === end) {
      counts.empty++;
      return Number.NaN;
    }
    const number = cellNumber(batch.bytes, start, end, form);
    if (Number.isNaN(number)) {
      const text = cellText(batch, cell);
      if (text.trim() === '') counts.empty++;
      else if (isMissingWord(text)) counts.words++;
      else {
        counts.texts++;
        counts.example ||= text.trim().slice(0, 40);
      }
      return number;
    }
    if (Math.abs(number) > largestNumber) {
      counts.boundless++;
      return Number.NaN;
    }
    counts.numbers++;
    counts.allWhole &&= Number.isInteger(number);
    return number;
  }

  function takeRow(batch: CellBatch, row: number, place: (row: number) => RowPlace): void {
    const first = row * batch.columns;
    let prediction = -1;
    let truth = -1;
    if (columns.prediction !== null) {
      const cell = first + columns.prediction;
      const form = formOf(columns.prediction);
      const predicted = countCell(batch, cell, form, judged.prediction);
      if (!names.tooMany()) {
        readPrediction ??= names.reader(form, { names: true });
        prediction = readPrediction(cellText(batch, cell));
        if (prediction >= 0) judged.classes.predicted(prediction);
      }
      if (!Number.isNaN(predicted)) judged.numbers.predicted(predicted);
      if (columns.truth !== null) {
        const truthCell = first + columns.truth;
        const truthForm = formOf(columns.truth);
        const actual = countCell(batch, truthCell, truthForm, judged.truth);
        if (!names.tooMany()) {
          readTruth ??= names.reader(truthForm);
          truth = readTruth(cellText(batch, truthCell));
          if (truth >= 0 && prediction >= 0) judged.classes.judged(truth, prediction);
        }
        if (!Number.isNaN(actual) && !Number.isNaN(predicted)) {
          judged.numbers.judged(actual, predicted);
          const size = -Math.abs(predicted - actual);
          if (judged.worst.wants(size)) judged.worst.add(size, place(row), predicted - actual);
        }
      }
    }
    if (values.length > 0) takeLikelihoods(batch, row, place, truth, prediction);
  }

  function takeLikelihoods(
    batch: CellBatch,
    row: number,
    place: (row: number) => RowPlace,
    truth: number,
    prediction: number,
  ): void {
    const first = row * batch.columns;
    let best = 0;
    for (let at = 0; at < values.length; at++) {
      const cell = first + (classed[at]?.column ?? 0);
      const value = cellNumber(
        batch.bytes,
        batch.starts[cell] as number,
        batch.ends[cell] as number,
        pointForm,
      );
      values[at] = value;
      if (value > (values[best] as number)) best = at;
      // A row without probabilities has no prediction to be unsure of.
      if (Number.isNaN(value)) return;
    }
    judged.certainty?.tally.take(values, row, place);
    const predictedPlace = placeOf(prediction);
    if (predictedPlace >= 0 && (values[predictedPlace] as number) < (values[best] as number))
      judged.contradictions++;
    if (truth >= 0 && prediction >= 0) judged.likelihood?.take(values, placeOf(truth), predictedPlace);
  }

  return {
    take(batch: CellBatch): void {
      const place = (row: number): RowPlace => ({
        row: firstRow + row,
        line: batch.lines[row] as number,
        offset: batch.offsets[row] as number,
        length: batch.lengths[row] as number,
      });
      for (let row = 0; row < batch.rows; row++) takeRow(batch, row, place);
      firstRow += batch.rows;
    },
    judged,
  };
}
