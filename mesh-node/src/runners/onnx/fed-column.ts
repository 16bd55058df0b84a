import { evidence } from '@meshdeck/shared/csv';
import type { ColumnValues } from '@meshdeck/shared';
import { cellText, type CsvBlock } from '../../csv/csv-block.js';
import type { NumberForm } from '../../csv/number-form.js';
import { mixedTruths, severalCurrencies, type CellPlace } from './cell-refusal.js';
import { findCell, type ColumnProfile } from './column-profile.js';
import { type ElementType, integerRange, type ModelInput, type Vocabulary } from '@meshdeck/shared/onnx';
import { createNumberCells, createTruthReader, type NumberCells, type TruthReader } from './number-cells.js';
import { watchVocabulary, type VocabularyWatch } from './vocabulary-watch.js';

/** A column that feeds an input: how its cells are read, and what was noticed about them so far. */
export interface FedColumn {
  column: number;
  name: string;
  /** Completes "the model needs". */
  wants: string;
  numbers: NumberCells;
  truths: TruthReader;
  watch: VocabularyWatch | undefined;
  /** Cells without a value. */
  missing: number;
}

export interface FedColumnRequest {
  column: number;
  header: readonly string[];
  profile: ColumnProfile;
  /** The first rows, for what is told of them. */
  block: CsvBlock;
  input: Pick<ModelInput, 'type' | 'half'>;
  form: NumberForm;
  percent: 'number' | 'fraction' | undefined;
  vocabularies: readonly Vocabulary[];
}

/** @throws MeshdeckError csv-ambiguous for per cent values of which nobody said what they mean */
export function createFedColumn(request: FedColumnRequest): FedColumn {
  const { column, header, profile, block, input, form, percent, vocabularies } = request;
  const { type } = input;
  const name = header[column] ?? '';
  const wants = wantedBy(type);
  const showing = (bits: number): CellPlace | undefined => {
    const cell = findCell(block, column, bits);
    return cell && { line: block.lines[cell.row] ?? 0, column: name, text: cell.text };
  };
  if (type !== 'string' && (profile.bits & evidence.currencies) !== 0) {
    throw severalCurrencies(showing(evidence.currency), name);
  }
  const ofPercent = type !== 'string' && (profile.bits & evidence.percent) !== 0;
  const percentCell = ofPercent ? showing(evidence.percent) : undefined;
  const needs = { wants, bits: bitsOf(input) };
  return {
    column,
    name,
    wants,
    // A text's own signs mean nothing to numbers.
    numbers: createNumberCells({ profile, form, percent, percentCell, needs }),
    truths: createTruthReader(mixedTruths),
    watch: watchVocabulary(vocabularies),
    missing: 0,
  };
}

/** A cell with what a message says of it. */
export function placeOf(block: CsvBlock, row: number, { column, name }: FedColumn): CellPlace {
  return { line: block.lines[row] ?? 0, column: name, text: cellText(block, row, column) };
}

/** What was noticed about a column; undefined where there is nothing to say. */
export function noticedAbout(fed: FedColumn, input: string): ColumnValues | undefined {
  const counted = fed.watch?.counted() ?? { unseen: 0, unseenExamples: [], trimmable: 0 };
  if (fed.missing === 0 && counted.unseen === 0) return undefined;
  return { column: fed.name, input, missing: fed.missing, ...counted };
}

function wantedBy(type: ElementType): string {
  if (type === 'string') return 'text';
  if (type === 'bool') return 'true or false';
  if (type.startsWith('float')) return 'a number';
  const [smallest, largest] = integerRange(type);
  return `a whole number from ${smallest} to ${largest}`;
}

function bitsOf({ type, half }: Pick<ModelInput, 'type' | 'half'>): 16 | 32 | 64 {
  if (half === true) return 16;
  return type === 'float32' ? 32 : 64;
}
