import type { CsvWriter } from './csv-writer.js';

/** A file to be turned into a CSV. */
export interface ConversionSource {
  /** Where its bytes lie. */
  path: string;
  /** What people call it. */
  name: string;
  /** The sheet that is meant, where one was named. */
  sheet?: string | undefined;
}

/** What is worth telling of it. */
export interface ConversionFacts {
  sheet?: string;
  sheets?: string[];
  /** Texts say numbers whose decimal sign is not known, and no number has a fraction. */
  textNumbers?: true;
  notes: string[];
}

/** Writes the table of a file. @throws MeshdeckError `csv-malformed`, `csv-empty`, `csv-ambiguous`, `too-large` */
export type Convert = (source: ConversionSource, csv: CsvWriter) => Promise<ConversionFacts>;
