import { failureSchema, sheetNameSchema, tableFormatSchema } from '@meshdeck/shared';
import * as z from 'zod';

/** What a child process is asked, once. */
export const conversionRequestSchema = z.strictObject({
  format: tableFormatSchema,
  path: z.string(),
  name: z.string(),
  sheet: sheetNameSchema.optional(),
});
export type ConversionRequest = z.infer<typeof conversionRequestSchema>;

const sheetsSchema = z.array(z.string().max(200)).max(1000);

/** What it says in the end; the CSV itself is what it prints. The file was a stranger's, so its words are checked. */
export const conversionReplySchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('done'),
    sheet: z.string().max(200).optional(),
    sheets: sheetsSchema.optional(),
    textNumbers: z.literal(true).optional(),
    notes: z.array(z.string().max(500)).max(50),
  }),
  z.strictObject({ type: z.literal('refused'), failure: failureSchema, sheets: sheetsSchema.optional() }),
]);
export type ConversionReply = z.infer<typeof conversionReplySchema>;
