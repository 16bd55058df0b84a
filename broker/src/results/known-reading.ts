import { tableDelimiterSchema, type JobView } from '@meshdeck/shared';
import * as z from 'zod';
import type { FeedsModel } from './drift/compare-profiles.js';

/** What a job may say about how its table was read; jobs of scripts and of earlier versions say nothing. */
const knownSchema = z.object({
  options: z.object({ reading: z.object({ truth: z.string().optional() }).optional() }),
  reading: z
    .object({
      table: z.object({
        delimiter: tableDelimiterSchema,
        decimal: z.enum(['.', ',']).nullable(),
        columns: z.array(z.string()),
        columnsLeftOut: z.number().optional(),
      }),
    })
    .nullish(),
});

export interface KnownReading {
  truth: string | undefined;
  delimiter: string | undefined;
  decimal: '.' | ',' | undefined;
  /** The table's columns; undefined where not all of them are known. */
  columns: readonly string[] | undefined;
}

export function knownReading(job: JobView): KnownReading {
  const known = knownSchema.safeParse(job);
  const table = known.data?.reading?.table;
  const isWhole = (table?.columnsLeftOut ?? 0) === 0;
  return {
    truth: known.data?.options.reading?.truth,
    delimiter: table?.delimiter,
    decimal: table?.decimal ?? undefined,
    columns: isWhole ? table?.columns : undefined,
  };
}

/** Which columns feed the model, as the machines that ran it said. */
export function feedsOf({ tasks }: JobView): FeedsModel {
  const maps = tasks.flatMap(({ attempts }) => attempts.flatMap(({ facts }) => facts?.columnMap ?? []));
  if (maps.length === 0) return () => null;
  const fed = new Set(maps.map(({ column }) => column));
  return (column) => fed.has(column);
}
