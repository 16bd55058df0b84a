import {
  type AsideReading,
  type ColumnValues,
  type DecimalSign,
  type InputReading,
  type ReadingOptions,
} from '@meshdeck/shared';
import { evidence } from '@meshdeck/shared/csv';
import type { CsvBlock } from '../../csv/csv-block.js';
import type { NumberForm } from '../../csv/number-form.js';
import { profileColumns, type ColumnProfile } from './column-profile.js';
import { createFedColumn } from './fed-column.js';
import { createInputFiller, type InputFiller } from './fill-inputs.js';
import { formOfColumns } from './form-of-columns.js';
import { knownWidths, type ModelFacts, type ModelInput, type Vocabulary } from '@meshdeck/shared/onnx';
import { matchColumns, type ColumnPlan } from './match-columns.js';

/** The inputs of a model, ready to be filled from a table. */
export interface PreparedInputs {
  plan: ColumnPlan;
  /** One for each input, in order. */
  fillers: InputFiller[];
  /** How numbers are written, as far as it is known by now. */
  form: NumberForm;
  /** The first rows have numbers that can be two; what the whole table shows may decide. */
  ambiguous: boolean;
  /** How the columns were read, with what was noticed about their cells so far. */
  reading: () => ColumnReading;
}

/** The part of a reading that columns and their cells make up. */
export interface ColumnReading {
  inputs: InputReading[];
  aside: AsideReading[];
  values: ColumnValues[];
  /** Those that `values` lead to are not among them: parts of a table add their values up. */
  warnings: string[];
  decimal: DecimalSign | null;
  thousands: string | null;
}

/**
 * Decides, by a table's first rows and by what is known of the whole of it, which column feeds which input and how its
 * cells are read.
 *
 * @throws MeshdeckError csv-column-mismatch, csv-ambiguous
 */
export function prepareInputs({
  inputs: stated,
  facts,
  header,
  delimiter,
  block,
  wholeEvidence,
  told = {},
  idle = [],
  outputs = [],
  maxRows,
}: {
  inputs: readonly ModelInput[];
  facts: Pick<ModelFacts, 'featureNames' | 'widths' | 'vocabularies'>;
  header: readonly string[];
  delimiter: string;
  /** The first rows. */
  block: CsvBlock;
  /**
   * For each column, what the cells of the whole table show (a mask of `evidence`); undefined where nobody has looked. A
   * part of a table needs it: by its own rows it could be read otherwise than the other parts.
   */
  wholeEvidence?: readonly number[] | undefined;
  told?: ReadingOptions;
  /** The model's other inputs, on which no result depends. */
  idle?: readonly string[];
  /** What the model calls its outputs. */
  outputs?: readonly string[];
  maxRows: number;
}): PreparedInputs {
  const { inputs, least } = knownWidths(stated, facts.widths);
  const columns = profileColumns(block, wholeEvidence);
  const plan = matchColumns({
    ...{ inputs, least, header, columns, told, idle, outputs },
    featureNames: facts.featureNames,
  });
  const numbers = inputs.flatMap(({ type }, at) => (type === 'string' ? [] : (plan.columns[at] ?? [])));
  const form = formOfColumns(numbers, { columns, delimiter, told, block, header });
  const fillers = inputs.map((input, at) =>
    createInputFiller({
      ...{ input, form, maxRows },
      columns: (plan.columns[at] ?? []).map((column, place) => {
        const profile = columns[column] ?? { kind: 'empty', bits: 0, example: '' };
        const vocabularies = vocabulariesOf(facts.vocabularies.get(input.name), place);
        const request = { column, header, profile, block, input, form, vocabularies };
        return createFedColumn({ ...request, percent: told.percent });
      }),
    }),
  );
  return {
    ...{ plan, fillers, form },
    ambiguous: form.decimal === undefined && shows(numbers, columns, evidence.pointOpen | evidence.commaOpen),
    reading() {
      const values = fillers.flatMap((filler) => filler.noticed());
      return {
        ...{ inputs: plan.inputs, aside: plan.asides, values },
        warnings: plan.warnings,
        decimal: form.assumed ? null : (form.decimal ?? null),
        thousands: form.thousands ?? null,
      };
    },
  };
}

function shows(places: readonly number[], columns: readonly ColumnProfile[], bits: number): boolean {
  return places.some((column) => ((columns[column]?.bits ?? 0) & bits) !== 0);
}

function vocabulariesOf(vocabularies: readonly Vocabulary[] | undefined, place: number): Vocabulary[] {
  return (vocabularies ?? []).filter(({ column }) => column === null || column === place);
}
