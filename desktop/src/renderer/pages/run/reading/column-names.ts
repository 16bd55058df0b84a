import { columnName, type TableReading } from '@meshdeck/shared';

/** Columns that can be spoken of: each name once, those without one by their place. */
export const distinctColumnNames = (table: Pick<TableReading, 'columns'> | undefined): string[] => [
  ...new Set(table?.columns.map((_, at) => columnName(table.columns, at))),
];
