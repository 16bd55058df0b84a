import type {
  AsideReading,
  ColumnValues,
  InputReading,
  OutputReading,
  PartialReading,
  PictureReading,
  Reading,
  ReadingOptions,
  TableReading,
} from '@meshdeck/shared';

/** What the schema of a reading takes. */
const most = { name: 200, sentence: 500, example: 60 };
const mostSentences = 50;

const name = (text: string) => text.slice(0, most.name);
const sentence = (text: string) => text.slice(0, most.sentence);

/**
 * A reading in the making: each step of a run adds its piece as soon as it is known, so that a refusal comes with what
 * was found out before it. The one place that gathers warnings, and that cuts what is too long to be told.
 */
export interface ReadingDraft {
  /** What was told instead of found. */
  readonly told: ReadingOptions;
  table(reading: TableReading): void;
  pictures(reading: PictureReading): void;
  columns(reading: { inputs: readonly InputReading[]; aside: readonly AsideReading[] }): void;
  outputs(readings: readonly OutputReading[]): void;
  values(readings: readonly ColumnValues[]): void;
  /** A sentence that a person should see beside the result; said once however often it is given. */
  warn(text: string): void;
  /** All that is known so far. */
  partial(): PartialReading;
  /** @throws Error before the table was read */
  whole(): Reading;
}

export function createReadingDraft(told: ReadingOptions = {}): ReadingDraft {
  let table: TableReading | undefined;
  let pictures: PictureReading | undefined;
  let inputs: InputReading[] = [];
  let aside: AsideReading[] = [];
  let outputs: OutputReading[] = [];
  let values: ColumnValues[] = [];
  const warnings = new Set<string>();

  const rest = () => ({
    ...(pictures !== undefined && { pictures }),
    ...{ inputs, aside, outputs, values, warnings: [...warnings], told },
  });

  return {
    told,
    table(reading) {
      table = {
        ...reading,
        columns: reading.columns.map(name),
        skipped: reading.skipped.map((lines) => ({ ...lines, text: name(lines.text) })),
        notes: reading.notes.map(sentence),
      };
    },
    pictures(reading) {
      pictures = reading;
    },
    columns(reading) {
      inputs = reading.inputs.map((input) => ({
        ...input,
        input: name(input.input),
        columns: input.columns.map(name),
        note: input.note === null ? null : sentence(input.note),
      }));
      aside = reading.aside.map(({ column, why }) => ({ column: name(column), why: name(why) }));
    },
    outputs(readings) {
      outputs = readings.map(({ output, columns, how }) => ({
        output: name(output),
        columns: columns.map(name),
        how: sentence(how),
      }));
    },
    values(readings) {
      values = readings.map((column) => ({
        ...column,
        column: name(column.column),
        input: name(column.input),
        unseenExamples: column.unseenExamples.slice(0, 5).map((text) => text.slice(0, most.example)),
      }));
    },
    warn(text) {
      if (warnings.size < mostSentences) warnings.add(sentence(text));
    },
    partial: () => ({ ...(table !== undefined && { table }), ...rest() }),
    whole() {
      if (table === undefined) throw new Error('The table has not been read yet.');
      return { table, ...rest() };
    },
  };
}
