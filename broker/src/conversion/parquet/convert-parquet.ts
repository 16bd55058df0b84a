import { createRequire } from 'node:module';
import { open } from 'node:fs/promises';
import type * as DuckDB from '@duckdb/node-api';
import { MeshdeckError } from '@meshdeck/shared';
import type { ConversionFacts, ConversionSource, Convert } from '../conversion.js';
import { csvText, type CsvWriter } from '../csv-writer.js';
import { createNumberTexts, type NumberTexts } from '../number-texts.js';
import { refused, shown, shownNames } from '../refusal.js';
import { parquetColumn, type ParquetColumn } from './column-text.js';

const memoryMb = 512;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** What a look at its first and last bytes tells. */
async function refuseUnreadable(path: string, name: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const ends = Buffer.alloc(8);
    await file.read(ends, 0, 4, 0);
    if (size >= 12) await file.read(ends, 4, 4, size - 4);
    const [head, tail] = [ends.toString('latin1', 0, 4), ends.toString('latin1', 4)];
    if (head === 'PARE' || tail === 'PARE')
      throw refused(`${name} is an encrypted Parquet file. Write it without encryption.`);
    if (tail !== 'PAR1')
      throw refused(
        `${name} is a Parquet file that is cut off: its end is missing. Copy or download it again.`,
      );
  } finally {
    await file.close();
  }
}

/**
 * A database in memory that may read this one file and nothing else, and cannot be told otherwise any more.
 */
async function openDatabase(path: string, mostMb: number): Promise<DuckDB.DuckDBConnection> {
  const { DuckDBInstance } = createRequire(import.meta.url)('@duckdb/node-api') as typeof DuckDB;
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: `${mostMb}MB`,
    temp_directory: '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = 'UTC'`).catch(() => undefined);
  await connection.run(`SET allowed_paths = [${literal(path)}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  return connection;
}

async function rowsOf(connection: DuckDB.DuckDBConnection, sql: string): Promise<(string | null)[][]> {
  const result = await connection.runAndReadAll(sql);
  return result.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
}

/** The names at the top of the file's schema, in order: DuckDB tells two that differ in case alone apart by a number. */
async function ownNames(connection: DuckDB.DuckDBConnection, file: string): Promise<string[]> {
  const schema = await rowsOf(connection, `SELECT name, num_children FROM parquet_schema(${file})`);
  const names: string[] = [];
  const pending: number[] = [];
  for (const [name, children] of schema) {
    if (pending.length === 1) names.push(name ?? '');
    if (pending.length > 0) pending.push((pending.pop() ?? 0) - 1);
    const count = Number(children ?? 0);
    if (count > 0) pending.push(count);
    while (pending.length > 1 && pending.at(-1) === 0) pending.pop();
  }
  return names;
}

/** DuckDB holds some of a file's row groups at once. */
const tooMuchMemory = (name: string, mostMb: number, detail: string) =>
  new MeshdeckError(
    'too-large',
    `Reading ${name} takes more memory than the hub gives to that (${mostMb} MB). Write it in smaller row groups, in Python: ` +
      'frame.to_parquet("table.parquet", row_group_size=10_000), or save it as CSV.',
    { detail },
  );

/** pandas keeps the labels of rows in columns of such names, and takes them for none when it reads the file. */
const isPandasIndex = (name: string) => /^__index_level_\d+__$/.test(name);

async function writeRows(
  connection: DuckDB.DuckDBConnection,
  file: string,
  columns: readonly ParquetColumn[],
  { csv, texts }: { csv: CsvWriter; texts: NumberTexts },
): Promise<void> {
  csv.row(columns.map(({ name }) => csvText(name)));
  const result = await connection.stream(
    `SELECT ${columns.map(({ sql }) => sql).join(', ')} FROM read_parquet(${file}, hive_partitioning = false)`,
  );
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    for (const row of chunk.getRows()) {
      csv.row(
        columns.map(({ name, isText, isNumber }, at) => {
          const value = row[at];
          if (typeof value !== 'string') return '';
          if (isNumber === true) texts.number(at, value);
          if (!isText) return value;
          texts.text(at, value, () => `Column ${shown(name)}`);
          return csvText(value);
        }),
      );
    }
    await csv.drain();
  }
}

/** Turns a Parquet file into a CSV. Columns that hold lists, objects and the like are left out, and named. */
export const convertParquet: Convert = (source, csv) => convertWithin(source, csv, memoryMb);

/** The same within so many MB of DuckDB's. */
export const convertWithin = async (
  { path, name }: ConversionSource,
  csv: CsvWriter,
  mostMb: number,
): Promise<ConversionFacts> => {
  await refuseUnreadable(path, name);
  const connection = await openDatabase(path, mostMb);
  try {
    const file = literal(path);
    const described = await rowsOf(
      connection,
      `DESCRIBE SELECT * FROM read_parquet(${file}, hive_partitioning = false)`,
    );
    const names = await ownNames(connection, file);
    const left: string[] = [];
    const index: string[] = [];
    const columns: ParquetColumn[] = [];
    for (const [at, [readAs = '', type = '']] of described.entries()) {
      const own = names.length === described.length ? (names[at] ?? '') : (readAs ?? '');
      const column = parquetColumn(own, quoted(readAs ?? ''), type ?? '');
      if (isPandasIndex(own)) index.push(own);
      else if (column === null) left.push(own);
      else columns.push(column);
    }
    if (columns.length === 0)
      throw refused(`${name} has no column with one value in each row: ${shownNames(left)}.`);
    const texts = createNumberTexts();
    await writeRows(connection, file, columns, { csv, texts });
    const bytes = columns.filter(({ isBytes }) => isBytes).map((column) => column.name);
    return {
      ...texts.end(),
      notes: [
        ...(left.length > 0
          ? [`Left out, since their cells hold no single number, text or time: ${shownNames(left)}.`]
          : []),
        ...(index.length > 0
          ? [`Left out as the labels that pandas has for rows: ${shownNames(index)}.`]
          : []),
        ...(bytes.length > 0 ? [`Bytes without a type, taken as UTF-8 text: ${shownNames(bytes)}.`] : []),
      ].map((note) => note.slice(0, 500)),
    };
  } catch (error) {
    if (error instanceof MeshdeckError) throw error;
    const detail = (error instanceof Error ? error.message : String(error)).replaceAll(path, name);
    if (/out of memory/i.test(detail)) throw tooMuchMemory(name, mostMb, detail);
    const message = /decode|utf-?8|unicode/i.test(detail)
      ? `${name} has a column of bytes that are no text. Leave it out when the file is written.`
      : /encrypt/i.test(detail)
        ? `${name} is an encrypted Parquet file. Write it without encryption.`
        : `${name} cannot be read as Parquet: it is damaged, or written in a way not known here. Write it again, or save it as CSV.`;
    throw new MeshdeckError('csv-malformed', message, { detail });
  } finally {
    connection.closeSync();
  }
};
