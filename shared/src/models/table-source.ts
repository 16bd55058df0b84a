import * as z from 'zod';
import { fileReferenceSchema } from '../messages/orders.js';
import type { ReadingOptions } from './reading.js';

/** Files that the hub turns into the CSV that a model reads: Excel workbooks, Parquet, JSON lines or a JSON list of objects. */
export const tableFormats = ['xlsx', 'parquet', 'json'] as const;
export const tableFormatSchema = z.enum(tableFormats);
export type TableFormat = z.infer<typeof tableFormatSchema>;

/** Excel takes 31 characters; other programs write longer names. */
export const sheetNameSchema = z.string().min(1).max(200);

/** What a job's table was made of, where it was not the table itself that was given. */
export const tableSourceSchema = z.object({
  /** As it was given. */
  file: fileReferenceSchema,
  format: tableFormatSchema,
  /** Of a workbook: the sheet that was taken. */
  sheet: sheetNameSchema.optional(),
  /**
   * Texts of the table say numbers whose decimal sign is not known, such as `1,250`, and none of its numbers has a
   * fraction: how they are read is found or told as in a CSV.
   */
  textNumbers: z.literal(true).optional(),
  /** One sentence for everything that was not taken as it stands. */
  notes: z.array(z.string().max(500)).max(50),
});
export type TableSource = z.infer<typeof tableSourceSchema>;

/** The same as a dry run tells it, with the sheets there are to choose from: those that are shown and hold something. */
export const askedSourceSchema = tableSourceSchema.extend({
  sheets: z.array(sheetNameSchema).max(1000).optional(),
});
export type AskedSource = z.infer<typeof askedSourceSchema>;

/**
 * How the CSV that was made of a file is read. The hub made it, so what is told of its text is of no use: encoding and
 * delimiter; the decimal sign, unless texts say numbers; in Parquet and JSON also where names stand and rows end, which on
 * a sheet nothing says.
 */
export const madeTableReading = ({
  format,
  textNumbers,
}: Pick<TableSource, 'format' | 'textNumbers'>): Pick<
  ReadingOptions,
  'encoding' | 'delimiter' | 'decimal' | 'header' | 'footer'
> => ({
  encoding: 'utf-8',
  delimiter: ',',
  ...(textNumbers !== true && { decimal: '.' }),
  ...(format !== 'xlsx' && { header: 1, footer: 'none' }),
});

const formatNames: Record<TableFormat, string> = { xlsx: 'Excel workbook', parquet: 'Parquet', json: 'JSON' };

/** `towns.xlsx (Excel workbook), sheet "2024"` */
export function sourceWords({ file, format, sheet }: Pick<TableSource, 'file' | 'format' | 'sheet'>): string {
  const of = sheet === undefined ? '' : `, sheet "${sheet}"`;
  return `${file.name} (${formatNames[format]})${of}`;
}
