import { evidence, numberEvidence, textEvidence, truthWords } from '@meshdeck/shared/csv';
import type { MeshdeckError } from '@meshdeck/shared';
import type { NumberForm } from '../../csv/number-form.js';
import { isMissing, wholeNumber } from '../../csv/parse-number.js';
import { readWrittenNumber, type NumberStyle } from '../../csv/read-written-number.js';
import {
  invalidCell,
  loneTruth,
  mixedTruths,
  refusedNumber,
  tooLarge,
  unsaidPercent,
  wholeIfGrouped,
  type CellPlace,
} from './cell-refusal.js';
import { standsForTruth, type ColumnProfile } from './column-profile.js';

/** Reads the cells of one column for an input of numbers, those that are written in another way than plainly too. */
export interface NumberCells {
  /** A plain number may be taken as it stands, without asking here. */
  readonly plain: boolean;
  /** Undefined for a missing value. @throws MeshdeckError csv-value-invalid, csv-ambiguous */
  float(place: CellPlace): number | undefined;
  /** A whole number, exactly; undefined for a missing value. @throws MeshdeckError as `float` */
  whole(place: CellPlace): bigint | undefined;
}

/** What a column's input needs. */
export interface NumberNeeds {
  /** Completes "the model needs". */
  wants: string;
  /** Bits of the input's floats; 64 for integers, whose range is checked elsewhere. */
  bits: 16 | 32 | 64;
}

/** What is rounded to infinity, from here on [IEEE 754-2019, §4.3.1], and the largest number as people write it. */
const limits = {
  16: { from: 65520, largest: '65,504' },
  32: { from: 2 ** 128 - 2 ** 103, largest: '3.4e38' },
  64: { from: Infinity, largest: '1.8e308' },
};

const zeroOrOne = /^\+?[01](?:[.,]0*)?$/;

/**
 * @throws MeshdeckError csv-ambiguous for a column of per cent values where nobody said what they mean; `percentCell` is
 *   the first of them
 */
export function createNumberCells({
  profile,
  form,
  percent,
  percentCell,
  needs,
}: {
  profile: ColumnProfile;
  form: NumberForm;
  percent: 'number' | 'fraction' | undefined;
  percentCell: CellPlace | undefined;
  needs: NumberNeeds;
}): NumberCells {
  const ofPercent = (profile.bits & evidence.percent) !== 0;
  if (ofPercent && percent === undefined && percentCell !== undefined) throw unsaidPercent(percentCell);
  if (standsForTruth(profile)) return createTruthCells(needs);
  const style: NumberStyle = { percent: ofPercent ? percent : undefined, currency: undefined };
  const { wants, bits } = needs;

  function read(place: CellPlace): { digits: string; negative: boolean } | undefined {
    const reading = readWrittenNumber(place.text, form, style);
    if (reading.kind === 'number') return reading;
    if (reading.kind === 'missing') return undefined;
    const { refusal } = reading;
    if (refusal.why === 'no-number' && isTruth(place.text)) throw loneTruth(place);
    throw refusedNumber(place, refusal, form, wants);
  }

  return {
    // Plain numbers are read unlooked at; half floats cannot hold all of them.
    plain: !ofPercent && bits !== 16,
    float(place) {
      const written = read(place);
      if (written === undefined) return undefined;
      const value = Number(written.digits);
      const { from, largest } = limits[bits];
      if (value >= from && written.digits !== 'Infinity') throw tooLarge(place, `float${bits}`, largest);
      return written.negative ? -value : value;
    },
    whole(place) {
      const written = read(place);
      if (written === undefined) return undefined;
      const value = wholeNumber(written.digits, written.negative);
      if (value !== undefined) return value;
      const mayBeGrouped = (textEvidence(place.text) & (evidence.pointOpen | evidence.commaOpen)) !== 0;
      throw mayBeGrouped ? wholeIfGrouped(place, wants, form) : invalidCell(place, wants);
    },
  };
}

function isTruth(text: string): boolean {
  return truthWords.has(text.trim().toLowerCase());
}

/** A column of truth words, with 0 and 1 among them or not. */
function createTruthCells({ wants }: NumberNeeds): NumberCells {
  const read = createTruthReader(mixedTruths);
  const truthOf = (place: CellPlace): 0 | 1 | undefined => {
    const value = read(place);
    if (value === 'missing') return undefined;
    if (value === 'none') throw invalidCell(place, wants);
    return value;
  };
  return {
    plain: false,
    float: truthOf,
    whole(place) {
      const value = truthOf(place);
      return value === undefined ? undefined : BigInt(value);
    },
  };
}

/** Reads a truth value; `missing` where there is none, `none` for anything else. */
export type TruthReader = (place: CellPlace) => 0 | 1 | 'missing' | 'none';

/** Reads truth values: words for them, 1 and 0. `mixed` refuses other numbers. */
export function createTruthReader(mixed: (place: CellPlace) => MeshdeckError): TruthReader {
  return (place) => {
    const text = place.text.trim().toLowerCase();
    if (zeroOrOne.test(text)) return text.includes('1') ? 1 : 0;
    const word = truthWords.get(text);
    if (word !== undefined) return word;
    if (isMissing(text)) return 'missing';
    if ((textEvidence(text) & numberEvidence) !== 0) throw mixed(place);
    return 'none';
  };
}
