import type { JobView, TableDelimiter } from '@meshdeck/shared';
import type { FeedsModel } from './drift/compare-profiles.js';

/** What a job says about how its table was read; jobs of scripts and of earlier versions say nothing. */
export interface KnownReading {
  truth: string | undefined;
  delimiter: TableDelimiter | undefined;
  decimal: '.' | ',' | undefined;
  /** The table's columns; undefined where not all of them are known. */
  columns: readonly string[] | undefined;
}

export function knownReading({ options, reading }: JobView): KnownReading {
  const table = reading?.table;
  const isWhole = (table?.columnsLeftOut ?? 0) === 0;
  return {
    truth: options.reading?.truth,
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
