import { cellText, type CellBatch } from '../reading/cell-batch.js';
import { cellNumber, isMissingWord } from '../reading/cell-number.js';
import type { NumberForm } from '../reading/number-form.js';
import type { ClassNames } from './class-names.js';

/** Squares of larger numbers are soon none any more. */
const largestNumber = 1e150;

/** What one column's cells were. */
export interface CellCounts {
  empty: number;
  /** NaN, NA and the like: no value where the column holds numbers, a text where it holds classes. */
  words: number;
  texts: number;
  /** One of the texts. */
  example: string;
  numbers: number;
  /** Numbers that are not finite, or too large to be reckoned with. */
  boundless: number;
  allWhole: boolean;
}

/** NaN and the like are no class where all other cells are numbers: programs write missing numbers so. */
export const wordsAreMissing = ({ texts, numbers, boundless }: CellCounts): boolean =>
  texts === 0 && numbers + boundless > 0;

export const emptyCounts = (): CellCounts => ({
  empty: 0,
  words: 0,
  texts: 0,
  example: '',
  numbers: 0,
  boundless: 0,
  allWhole: true,
});

/** Reads the truth or the prediction, as a class and as a number: which of them it is turns out at the end. */
export interface JudgedColumn {
  /** Afterwards `number` and `class` are those of this row. */
  read(batch: CellBatch, row: number): void;
  /** NaN where it is none that can be reckoned with. */
  number: number;
  /** Below 0 where it is none: an empty cell, or too many classes. */
  class: number;
}

export function createJudgedColumn(
  column: number,
  {
    form,
    names,
    gives,
    counts,
  }: {
    form: NumberForm;
    names: ClassNames;
    /** Classes are called as this column writes them. */
    gives: boolean;
    counts: CellCounts;
  },
): JudgedColumn {
  const classOf = names.reader(form, { names: gives });

  function countText(text: string): void {
    if (text.trim() === '') counts.empty++;
    else if (isMissingWord(text)) counts.words++;
    else {
      counts.texts++;
      counts.example ||= text.trim().slice(0, 40);
    }
  }

  return {
    number: Number.NaN,
    class: -1,
    read(batch, row) {
      const cell = row * batch.columns + column;
      const [start, end] = [batch.starts[cell] as number, batch.ends[cell] as number];
      this.number = Number.NaN;
      this.class = -1;
      if (start === end) {
        counts.empty++;
        return;
      }
      const number = cellNumber(batch.bytes, start, end, form);
      const isNumber = !Number.isNaN(number);
      const text = isNumber && names.tooMany() ? '' : cellText(batch, cell);
      if (!isNumber) countText(text);
      else if (Math.abs(number) > largestNumber) counts.boundless++;
      else {
        counts.numbers++;
        counts.allWhole &&= Number.isInteger(number);
        this.number = number;
      }
      if (!names.tooMany()) this.class = classOf(text);
    },
  };
}
