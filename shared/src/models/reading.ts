import * as z from 'zod';
import { failureSchema } from '../errors.js';
import { pictureOptionsSchema, pictureReadingSchema } from './pictures.js';

/** Column and input names as tables and models have them. */
const nameSchema = z.string().min(1).max(200);

/** How many more there are than a cut list shows; not said where the list is whole. */
const leftOutSchema = z.number().int().positive().optional();

/** Encodings a table may be told to have, by their WHATWG names; the first five are also found without being told. */
export const tableEncodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'iso-8859-1',
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-7',
  'iso-8859-9',
  'iso-8859-15',
  'windows-1250',
  'windows-1251',
  'windows-1253',
  'windows-1254',
  'windows-1257',
  'koi8-r',
  'macintosh',
  'shift_jis',
  'euc-jp',
  'euc-kr',
  'gb18030',
  'big5',
] as const;
export const tableEncodingSchema = z.enum(tableEncodings);
export type TableEncoding = z.infer<typeof tableEncodingSchema>;

export const tableDelimiters = [',', ';', '\t', '|', ' '] as const;
export const tableDelimiterSchema = z.enum(tableDelimiters);
export type TableDelimiter = z.infer<typeof tableDelimiterSchema>;

export const decimalSignSchema = z.enum(['.', ',']);
export type DecimalSign = z.infer<typeof decimalSignSchema>;

/** As text, what a person says about a reading: it travels with every order. */
export const maxReadingOptionsLength = 64_000;
const isShort = (options: unknown): boolean => JSON.stringify(options).length <= maxReadingOptionsLength;
const tooLong = `may be ${maxReadingOptionsLength} characters as JSON at most`;

const optionsSchema = z.strictObject({
  encoding: tableEncodingSchema.optional(),
  delimiter: tableDelimiterSchema.optional(),
  /** The other sign then groups thousands. */
  decimal: decimalSignSchema.optional(),
  /** The line of the file (from 1) with the column names, or that there is none. */
  header: z.union([z.literal('none'), z.number().int().min(1).max(1_000_000)]).optional(),
  /** The line on which there are no rows any more (totals, notes), or that all lines to the end are rows. */
  footer: z.union([z.literal('none'), z.number().int().min(2)]).optional(),
  /** Whether `12%` is the number 12 or the fraction 0.12. */
  percent: z.enum(['number', 'fraction']).optional(),
  /** For an input of the model the columns that feed it, in order. */
  map: z.record(nameSchema, z.array(nameSchema).min(1).max(10_000)).optional(),
  /** Columns that feed no input. */
  aside: z.array(nameSchema).max(10_000).optional(),
  /**
   * `raw`: every value as the model gives it. `class`: the largest value of each row names the class. Else the name of
   * the one output that becomes the prediction.
   */
  output: z.string().min(1).max(200).optional(),
  /** The column that holds the truth: it feeds no input, and the result is judged by it. */
  truth: nameSchema.optional(),
  /** How pictures become the numbers of a model, where the input is pictures and no table. */
  pictures: pictureOptionsSchema.optional(),
});

/**
 * What a person says about how a table and a model are to be read. What is left out is found out. Part of a job's
 * options; an app remembers the last ones that were saved for it.
 */
export const readingOptionsSchema = optionsSchema.refine(isShort, tooLong);
export type ReadingOptions = z.infer<typeof readingOptionsSchema>;

const { shape } = optionsSchema;
/**
 * The same where something is said already, by the app or by an earlier job: what is left out stays as it is said
 * there, null takes it back, so that it is found out.
 */
export const readingChangeSchema = z
  .strictObject({
    encoding: shape.encoding.nullable(),
    delimiter: shape.delimiter.nullable(),
    decimal: shape.decimal.nullable(),
    header: shape.header.nullable(),
    footer: shape.footer.nullable(),
    percent: shape.percent.nullable(),
    map: shape.map.nullable(),
    aside: shape.aside.nullable(),
    output: shape.output.nullable(),
    truth: shape.truth.nullable(),
    pictures: shape.pictures.nullable(),
  })
  .refine(isShort, tooLong);
export type ReadingChange = z.infer<typeof readingChangeSchema>;

/**
 * Lines of the file that are no rows, and why. `line` from 1, null where nobody counted that far (the end of a large
 * table in a dry run, or of a later part); `lines` of them in a run.
 */
export const skippedLinesSchema = z.object({
  line: z.number().int().nullable(),
  lines: z.number().int(),
  what: z.enum(['separator', 'comment', 'preamble', 'header', 'units', 'blank', 'total', 'note']),
  /** The first of them, shortened. */
  text: z.string().max(200),
});
export type SkippedLines = z.infer<typeof skippedLinesSchema>;

/** How a table was read. */
export const tableReadingSchema = z.object({
  encoding: tableEncodingSchema,
  delimiter: tableDelimiterSchema,
  /** Null while no number of the table tells. */
  decimal: decimalSignSchema.nullable(),
  /** What groups thousands in this table's numbers; null where nothing does. */
  thousands: z.string().max(1).nullable(),
  /** The line with the column names; null where the table has none and its columns are counted. */
  headerLine: z.number().int().nullable(),
  /** The line on which the first row begins. */
  firstRowLine: z.number().int(),
  columns: z.array(z.string().max(200)).max(10_000),
  columnsLeftOut: leftOutSchema,
  skipped: z.array(skippedLinesSchema).max(50),
  /** One sentence for everything that was not taken as it stands. */
  notes: z.array(z.string().max(500)).max(50),
});
export type TableReading = z.infer<typeof tableReadingSchema>;

/** How columns came to feed an input. */
export const inputReadingSchema = z.object({
  input: z.string().max(200),
  columns: z.array(z.string().max(200)).max(10_000),
  columnsLeftOut: leftOutSchema,
  /** How many columns it takes; null for any number, not said where nobody knows. */
  width: z.number().int().nullable().optional(),
  /**
   * By its name, by the names in the model's file, by NAME_0, NAME_1..., by the order of the table, or as told. `open`:
   * no columns have been found for it, since something was refused before or for want of them.
   */
  how: z.enum(['name', 'metadata', 'numbered', 'order', 'told', 'unused', 'open']),
  note: z.string().max(500).nullable(),
});
export type InputReading = z.infer<typeof inputReadingSchema>;

/** A column that feeds no input, and why in a few words. */
export const asideReadingSchema = z.object({ column: z.string().max(200), why: z.string().max(200) });
export type AsideReading = z.infer<typeof asideReadingSchema>;

/** What became of one of the model's outputs: columns of the result, or none and why. */
export const outputReadingSchema = z.object({
  output: z.string().max(200),
  columns: z.array(z.string().max(200)).max(1100),
  columnsLeftOut: leftOutSchema,
  how: z.string().max(500),
});
export type OutputReading = z.infer<typeof outputReadingSchema>;

/** What was noticed about one column's cells as the model sees them. */
export const columnValuesSchema = z.object({
  column: z.string().max(200),
  input: z.string().max(200),
  /** Cells without a value. */
  missing: z.number().int(),
  /** Cells whose text the model's own vocabulary does not hold, and the first few such texts. */
  unseen: z.number().int(),
  unseenExamples: z.array(z.string().max(60)).max(5),
  /** Of these, cells that the vocabulary would hold without the blanks around them, or in another case. */
  trimmable: z.number().int(),
  /** The first few of these, and what the vocabulary holds instead. */
  near: z
    .array(z.object({ cell: z.string().max(60), known: z.string().max(60) }))
    .max(5)
    .optional(),
  /** The vocabulary holds words: unseen are cells in which the model knows none. */
  words: z.literal(true).optional(),
});
export type ColumnValues = z.infer<typeof columnValuesSchema>;

/** How a table and a model were read: what people see before a run, and what is kept with its result. */
export const readingSchema = z.object({
  /** Of pictures: that of the result, whose first column is their names. */
  table: tableReadingSchema,
  /** The input is pictures. */
  pictures: pictureReadingSchema.optional(),
  inputs: z.array(inputReadingSchema).max(10_000),
  aside: z.array(asideReadingSchema).max(10_000),
  outputs: z.array(outputReadingSchema).max(1000),
  /** Only columns with something to say. */
  values: z.array(columnValuesSchema).max(1000),
  /** Sentences a person should see beside the result. */
  warnings: z.array(z.string().max(500)).max(50),
  /** What was told instead of found; its lists may be cut here, the job's options have them whole. */
  told: readingOptionsSchema,
  /** A long reading is cut before it is sent or kept (`boundReading`): how much is missing here. */
  leftOut: z
    .object({
      inputs: leftOutSchema,
      aside: leftOutSchema,
      outputs: leftOutSchema,
      values: leftOutSchema,
      warnings: leftOutSchema,
    })
    .optional(),
});
export type Reading = z.infer<typeof readingSchema>;

/** As much of a reading as there was before something was refused. */
export const partialReadingSchema = readingSchema.partial({ table: true });
export type PartialReading = z.infer<typeof partialReadingSchema>;

/** The first rows of a result, its columns in order. */
export const previewSchema = z.object({
  columns: z.array(z.string().max(200)).max(12_000),
  columnsLeftOut: leftOutSchema,
  rows: z.array(z.array(z.string().max(500)).max(12_000)).max(50),
});
export type Preview = z.infer<typeof previewSchema>;

/** What a dry run on a table's first rows gives. A refusal comes with as much of the reading as there was. */
export const checkSchema = z.object({
  ok: z.boolean(),
  reading: partialReadingSchema.nullable(),
  /** Null where nothing was predicted: it was refused, or the app reads the table itself. */
  preview: previewSchema.nullable(),
  failure: failureSchema.nullable(),
  /** The file's first lines in the encoding that was found or told; empty where it is no text. */
  lines: z.array(z.string().max(300)).max(40),
  /** Rows that were looked at. */
  rows: z.number().int().nonnegative(),
  /** Whether that was the whole table, and not its first rows. */
  complete: z.boolean(),
});
export type Check = z.infer<typeof checkSchema>;
