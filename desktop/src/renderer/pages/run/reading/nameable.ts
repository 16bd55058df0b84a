import type { TableReading } from '@meshdeck/shared';

/** Columns that can be spoken of: each name once, and none that is empty. */
export const nameableColumns = (table: Pick<TableReading, 'columns'> | undefined): string[] =>
  [...new Set(table?.columns)].filter((name) => name !== '');
