import { evidence, textEvidence } from '@meshdeck/shared/csv';
import { refused, shown } from './refusal.js';

/** A column with more other texts than these, and than numbers, is none of numbers: names, units and notes are texts too. */
const fewTexts = 5;

const noNumber = evidence.text | evidence.date | evidence.quantity;
const openPoint = evidence.pointOpen | evidence.pointGroups;
const comma = evidence.commaOpen | evidence.commaDecimal | evidence.commaGroups;
/** Shows what a comma of the column is. */
const commaShown = evidence.commaDecimal | evidence.commaGroups | evidence.pointGroups;

interface Column {
  bits: number;
  numbers: number;
  others: number;
  /** The first text whose comma may be a decimal one or group thousands. */
  open: { text: string; where: string } | null;
}

/**
 * Texts that say numbers, beside cells that are numbers. The hub writes the latter with a point, which says nothing of how
 * a person wrote the former.
 */
export interface NumberTexts {
  /** Of a cell that is a text. */
  text(column: number, text: string, where: () => string): void;
  /** Of a cell that is a number, as it is written. */
  number(column: number, text: string): void;
  /**
   * `textNumbers`: no number of the table has a fraction, and texts show, or leave open, which sign is the decimal one.
   * @throws MeshdeckError `csv-malformed` where numbers have fractions, and a text such as `1,250` can be two numbers
   */
  end(): { textNumbers?: true };
}

export function createNumberTexts(): NumberTexts {
  const columns = new Map<number, Column>();
  let hasFraction = false;
  const of = (at: number): Column => {
    const known = columns.get(at) ?? { bits: 0, numbers: 0, others: 0, open: null };
    columns.set(at, known);
    return known;
  };
  return {
    text(at, text, where) {
      const column = of(at);
      // Without a digit there is no number, whatever else it is.
      const bits = /\d/.test(text) ? textEvidence(text) : evidence.text;
      if ((bits & noNumber) !== 0) {
        column.others += 1;
        return;
      }
      column.numbers += 1;
      column.bits |= bits;
      if ((bits & evidence.commaOpen) !== 0) column.open ??= { text, where: where() };
    },
    number(at, text) {
      of(at).numbers += 1;
      hasFraction ||= text.includes('.');
    },
    end() {
      const ofNumbers = [...columns.values()].filter(
        ({ numbers, others }) => others <= Math.max(fewTexts, numbers),
      );
      if (!hasFraction) {
        const isOpen = ofNumbers.some(({ bits }) => (bits & (comma | openPoint)) !== 0);
        return isOpen ? { textNumbers: true } : {};
      }
      const twofold = ofNumbers.find(({ bits, open }) => open !== null && (bits & commaShown) === 0)?.open;
      if (twofold == null) return {};
      const [thousands, fraction] = [twofold.text.replace(',', ''), twofold.text.replace(',', '.')];
      throw refused(
        `${twofold.where} holds the text ${shown(twofold.text)}, which can be ${thousands} or ${fraction}, while other cells of the table are ` +
          'numbers and do not tell. Make the texts of this column numbers, or write them without the comma.',
      );
    },
  };
}
