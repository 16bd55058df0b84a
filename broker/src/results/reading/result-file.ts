import { columnRoles, type ColumnRoles } from './column-roles.js';
import { openResult, type ResultTable } from './open-result.js';

/** Where a result lies, and what is known about it. */
export interface ResultFile {
  path: string;
  /** SHA-256 */
  sha256: string;
  /** The job's table: its header tells which of the result's columns are its own. */
  inputPath: string | null;
  /** What is known of it from the job's reading. */
  delimiter?: string | undefined;
  inputColumns?: readonly string[] | undefined;
  decimal?: '.' | ',' | undefined;
  /** Of pictures: its first column names them. */
  ofPictures?: boolean;
}

/** A result's columns, by its own header and that of the job's table. */
export async function openWithRoles(file: ResultFile): Promise<{ table: ResultTable; roles: ColumnRoles }> {
  const table = await openResult(
    file.path,
    file.delimiter === undefined ? {} : { delimiter: file.delimiter },
  );
  const inputNames = file.inputColumns ?? (await namesOfInput(file.inputPath));
  return { table, roles: columnRoles(table.names, inputNames) };
}

/** A table that cannot be read here may well have been read by the app: then its names are not known. */
async function namesOfInput(path: string | null): Promise<readonly string[]> {
  if (path === null) return [];
  return openResult(path).then(
    ({ names }) => names,
    () => [],
  );
}
