import * as z from 'zod';

/** Names as a model's file has them, cut where they are longer. */
const nameSchema = z.string().max(200);
const sentenceSchema = z.string().max(600);
const count = z.number().int().nonnegative();

/** What a model looks one column's cells up in. */
export const modelVocabularySchema = z.object({
  /** The column it is for; null where it is for every column of the input. */
  column: nameSchema.nullable(),
  /** `words`: a cell is a text of several of them. */
  holds: z.enum(['texts', 'numbers', 'words']),
  size: count,
  /** The first few of its values. */
  examples: z.array(z.string().max(60)).max(12),
  /** The model fails on a value it does not hold, instead of taking it for none of them. */
  failsOnOthers: z.boolean(),
});
export type ModelVocabulary = z.infer<typeof modelVocabularySchema>;

/** One input, as columns of a table. */
export const modelInputViewSchema = z.object({
  name: nameSchema,
  /** Element type and shape as the file states them, such as `float32 [?, 4]`. */
  type: z.string().max(300),
  /** In a sentence: what a row gives it, and from which columns. */
  words: sentenceSchema,
  /** Values for each row; null where the model leaves it open. */
  width: count.nullable(),
  /** Names of its columns where the model has them. */
  columns: z.array(nameSchema).max(1000),
  vocabularies: z.array(modelVocabularySchema).max(50),
});
export type ModelInputView = z.infer<typeof modelInputViewSchema>;

/** One output, as columns of the result. */
export const modelOutputViewSchema = z.object({
  name: nameSchema,
  type: z.string().max(300),
  words: sentenceSchema,
  /** What it becomes; empty where it is left out, null where only a run tells. */
  columns: z.array(nameSchema).max(1100).nullable(),
});
export type ModelOutputView = z.infer<typeof modelOutputViewSchema>;

/** What a model's file tells of it, without running it. */
export const modelFactsSchema = z.object({
  producer: z.object({ name: nameSchema, version: nameSchema }).nullable(),
  irVersion: count,
  /** Sets of operators and their versions; ONNX's own is called `ai.onnx`. */
  opsets: z.array(z.object({ domain: nameSchema, version: count })).max(50),
  operators: count,
  /** Numbers in its weights and trees. */
  parameters: count,
  inputs: z.array(modelInputViewSchema).max(1000),
  outputs: z.array(modelOutputViewSchema).max(1000),
  /** What it tells apart, where the file names it; the first 1,000. */
  classes: z.array(nameSchema).max(1000),
  classesTotal: count,
  /** A table that it can be tried on; null where none can be made, with the reason. */
  example: z.object({ csv: z.string().max(1_000_000).nullable(), note: sentenceSchema }),
});
export type ModelFactsView = z.infer<typeof modelFactsSchema>;

/** The model of one version of an app. */
export const modelViewSchema = z.object({
  app: z.string(),
  version: z.string(),
  /** The model's file in the app. */
  file: z.string(),
  bytes: count,
  /** Null where the file could not be looked into, with the reason. */
  facts: modelFactsSchema.nullable(),
  problem: sentenceSchema.nullable(),
});
export type ModelView = z.infer<typeof modelViewSchema>;
