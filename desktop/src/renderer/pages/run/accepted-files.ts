import { archiveEndings, endsIn, singleAppEndings } from '@meshdeck/shared';
import { pictureEndings } from './picture-files.js';

export const appEndings = [...singleAppEndings, ...archiveEndings] as const;
/** What the hub turns into a CSV. */
const convertedEndings = ['.xlsx', '.xlsm', '.parquet', '.jsonl', '.ndjson', '.json'] as const;
export const tableEndings = ['.csv', '.tsv', '.txt', ...convertedEndings] as const;

/** What stands against taking this file as a model or app, in one sentence; null where nothing does. */
export function problemWithApp(file: { name: string; size: number }): string | null {
  if (file.size === 0) return `${file.name} is empty.`;
  if (endsIn(file.name, appEndings)) return null;
  if (endsIn(file.name, tableEndings)) return `${file.name} is a table: drop it on the other side.`;
  return `${file.name} is no model or app. Meshdeck takes ${appEndings.slice(0, -2).join(', ')} and .tar.`;
}

/** `dropped`: so many files came together. */
export function problemWithTable(file: { name: string; size: number }, dropped = 1): string | null {
  if (dropped > 1 && endsIn(file.name, pictureEndings))
    return 'Several pictures come as one .zip: pack them and drop that.';
  if (file.size === 0) return `${file.name} is empty. It needs a header line and at least one row.`;
  if (endsIn(file.name, [...tableEndings, ...pictureEndings])) return null;
  if (endsIn(file.name, appEndings)) return `${file.name} is a model or app: drop it on the other side.`;
  return `${file.name} is no table that Meshdeck reads: save it as CSV, .xlsx, Parquet or JSON lines.`;
}

/** Two files dropped anywhere, told apart by their names. */
export function sortDropped<F extends { name: string; size: number }>(
  files: readonly F[],
): { app: F | null; table: F | null } {
  // An archive beside a model is its pictures.
  const app =
    files.find((file) => endsIn(file.name, singleAppEndings)) ??
    files.find((file) => endsIn(file.name, appEndings)) ??
    null;
  const table = files.find((file) => endsIn(file.name, tableEndings));
  return {
    app,
    table: table ?? files.find((file) => file !== app && endsIn(file.name, pictureEndings)) ?? null,
  };
}
