import { createReadStream } from 'node:fs';
import { MeshdeckError } from '@meshdeck/shared';
import type { Convert } from '../conversion.js';
import { csvText } from '../csv-writer.js';
import { createNumberTexts } from '../number-texts.js';
import { refused, shown, shownNames } from '../refusal.js';
import { createElementScanner, type JsonElement } from './element-scanner.js';
import { readObject, type JsonCell } from './read-object.js';

async function* textOf(path: string, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
      yield decoder.decode(chunk as Buffer, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw refused(`${name} is no UTF-8, which JSON is. Save it as UTF-8.`);
    throw error;
  }
}

/** Every object of the file in turn; `drain` is awaited between pieces. */
async function eachObject(
  { path, name }: { path: string; name: string },
  take: (cells: JsonCell[], element: JsonElement) => void,
  drain: () => Promise<void> | undefined = () => undefined,
): Promise<{ isList: boolean; count: number }> {
  const scanner = createElementScanner(name);
  let count = 0;
  /** The first is kept back: alone, it may be a table by columns. */
  let first: JsonElement | null = null;
  const each = (element: JsonElement): void => {
    count += 1;
    if (count === 1) {
      first = element;
      return;
    }
    if (first !== null) take(readObject(first, name), first);
    first = null;
    take(readObject(element, name), element);
  };
  for await (const piece of textOf(path, name)) {
    for (const element of scanner.take(piece)) each(element);
    await drain();
  }
  for (const element of scanner.end()) each(element);
  const isList = scanner.isList === true;
  const alone = first as JsonElement | null;
  if (alone !== null) {
    if (!isList) refuseColumns(alone, name);
    take(readObject(alone, name), alone);
  }
  return { isList, count };
}

type JsonObject = Record<string, unknown>;
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Rows by their numbers, as pandas writes them. */
const hasNumbersAsKeys = (value: JsonObject): boolean => {
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => /^\d+$/.test(key));
};

/** Whether one object is a whole table: columns of lists or of values by row, or rows inside of one of its values. */
function isWholeTable(object: JsonObject): boolean {
  const values = Object.values(object);
  const objects = values.filter(isObject);
  const holdsRows = (value: unknown) =>
    Array.isArray(value)
      ? value.some((one) => typeof one === 'object' && one !== null)
      : isObject(value) && hasNumbersAsKeys(value) && Object.values(value).some(isObject);
  if (Array.isArray(values[0]) || values.some(holdsRows)) return true;
  if (objects.length === 0 || objects.length < values.length) return false;
  const sets = new Set(objects.map((one) => JSON.stringify(Object.keys(one).sort())));
  return objects.every(hasNumbersAsKeys) || (objects.length > 1 && sets.size === 1);
}

/** pandas' to_json writes an object of columns unless it is told otherwise; so do others. */
function refuseColumns({ text }: JsonElement, name: string): void {
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    // What is wrong with it, or that it has NaN for a number, is the row's own reader's to tell.
    return;
  }
  if (!isObject(object) || !isWholeTable(object)) return;
  throw refused(
    `${name} is one object that holds the table by columns or inside of another value. An object for each row is needed, ` +
      'in Python: frame.to_json("table.jsonl", orient="records", lines=True).',
  );
}

interface Column {
  kinds: Map<JsonCell['kind'], number>;
  isNested: boolean;
}

const kindWords = { text: 'texts', number: 'numbers', bool: 'truth values', null: 'null' } as const;
const mostColumns = 16_384;

function notesOf(columns: ReadonlyMap<string, Column>, count: number): string[] {
  const entries = [...columns];
  const nested = entries.filter(([, { isNested }]) => isNested).map(([column]) => column);
  const partial = entries.filter(([, { kinds }]) => [...kinds.values()].reduce((a, b) => a + b, 0) < count);
  const mixed = entries.flatMap(([column, { kinds }]) => {
    const own = [...kinds].filter(([kind]) => kind !== 'null');
    const words = own.map(([kind, times]) => `${times} ${kindWords[kind]}`);
    return own.length > 1 ? [`${shown(column)} holds ${words.join(' and ')}.`] : [];
  });
  return [
    ...(nested.length > 0 ? [`Objects inside of rows became columns: ${shownNames(nested)}.`] : []),
    ...(partial.length > 0
      ? [
          `Not in every row, and missing where they are not: ${shownNames(partial.map(([column]) => column))}.`,
        ]
      : []),
    ...mixed.slice(0, 20),
  ].map((note) => note.slice(0, 500));
}

/** Turns JSON lines, or a list of objects, into a CSV: columns in the order in which they first come. */
export const convertJson: Convert = async ({ path, name }, csv) => {
  const columns = new Map<string, Column>();
  const { count } = await eachObject({ path, name }, (cells, { line }) => {
    for (const { column, kind, isNested } of cells) {
      const known = columns.get(column) ?? { kinds: new Map(), isNested: false };
      columns.set(column, known);
      known.isNested ||= isNested;
      known.kinds.set(kind, (known.kinds.get(kind) ?? 0) + 1);
    }
    if (columns.size > mostColumns)
      throw refused(`${name}, line ${line}: the rows have more than ${mostColumns} names together.`);
  });
  if (count === 0)
    throw new MeshdeckError('csv-empty', `${name} holds no object. It needs one for each row.`);
  if (columns.size === 0) throw new MeshdeckError('csv-empty', `The objects of ${name} are empty.`);
  const places = new Map([...columns.keys()].map((column, at) => [column, at]));
  csv.row([...places.keys()].map(csvText));
  const texts = createNumberTexts();
  await eachObject(
    { path, name },
    (cells, { line }) => {
      const fields = new Array<string>(places.size).fill('');
      for (const { column, kind, text } of cells) {
        const at = places.get(column) ?? 0;
        fields[at] = kind === 'text' ? csvText(text) : text;
        if (kind === 'text') texts.text(at, text, () => `${name}, line ${line}: ${shown(column)}`);
        else if (kind === 'number') texts.number(at, text);
      }
      csv.row(fields);
    },
    csv.drain,
  );
  return { ...texts.end(), notes: notesOf(columns, count) };
};
