import { columnName, type AsideReading, type InputReading, type ReadingOptions } from '@meshdeck/shared';
import { severalMatrices } from './column-mismatch.js';
import { looseName, type ModelInput } from '@meshdeck/shared/onnx';
import type { ColumnProfile } from './column-profile.js';
import { columnsInOrder, unnamedWhy } from './columns-in-order.js';
import { feedByName } from './feed-by-name.js';
import { findToldColumns } from './told-columns.js';

/** Which columns of the table go where. */
export interface ColumnPlan {
  /** For each input of the model, in its order: the columns that fill a row of it. */
  columns: number[][];
  /** Columns no input takes; they are copied to the result like every other. */
  aside: number[];
  /** The same for people: how each input was found, why a column is put aside. */
  inputs: InputReading[];
  asides: AsideReading[];
  /** What was decided by more than names. */
  warnings: string[];
}

export interface MatchRequest {
  inputs: readonly ModelInput[];
  /** For inputs of open width, by name: how many columns they take at least. */
  least?: ReadonlyMap<string, number>;
  header: readonly string[];
  columns: readonly ColumnProfile[];
  featureNames: readonly string[] | undefined;
  told?: Pick<ReadingOptions, 'map' | 'aside' | 'truth'>;
  /** The model's other inputs, on which no result depends: they take no column. */
  idle?: readonly string[];
  /** What the model calls its outputs. */
  outputs?: readonly string[];
}

/** An input with the columns that feed it, once they are found. */
export interface Feed {
  columns: number[];
  how: InputReading['how'];
  note: string | null;
}

/**
 * Matches the table's columns to the model's inputs. What is told comes first. Inputs of one value take the column of
 * their name. An input of several takes the columns named in the model's metadata, or `NAME_0`, `NAME_1`...; else the
 * columns left over, in order, where there are exactly as many as it takes.
 *
 * @throws MeshdeckError csv-column-mismatch saying what is missing, what is there, and what the model wants.
 */
export function matchColumns(request: MatchRequest): ColumnPlan {
  const { inputs, header, told = {}, idle = [] } = request;
  const { map, aside } = findToldColumns({ told, header, inputs, idle });
  const taken = new Set(aside.keys());
  const feeds = inputs.map<Feed | undefined>((input) => {
    const columns = map.get(input.name);
    return columns === undefined ? undefined : { columns, how: 'told', note: null };
  });
  for (const feed of feeds) for (const column of feed?.columns ?? []) taken.add(column);
  feedByName(request, feeds, taken);
  const why = new Map([...idleColumns(request), ...aside]);
  const warnings: string[] = [];
  for (const at of openInputs(inputs, feeds, header)) {
    const input = inputs[at];
    if (input === undefined) continue;
    const found = columnsInOrder({ ...request, input, taken });
    feeds[at] = found.feed;
    warnings.push(...found.warnings);
    for (const [column, reason] of found.aside) why.set(column, reason);
    for (const column of found.feed.columns) taken.add(column);
  }
  return planOf(request, feeds, why, warnings);
}

/** Columns that are called like an input on which no result depends. */
function idleColumns({ header, idle = [] }: MatchRequest): [column: number, why: string][] {
  const names = new Set(idle.map(looseName));
  return [...header.keys()]
    .filter((column) => names.has(looseName(header[column] ?? '')))
    .map((column) => [column, 'no result depends on it']);
}

/** Inputs whose columns go by order. @throws MeshdeckError where nothing tells one's columns from another's */
function openInputs(
  inputs: readonly ModelInput[],
  feeds: readonly (Feed | undefined)[],
  header: readonly string[],
): number[] {
  const open = [...inputs.keys()].filter((at) => feeds[at] === undefined);
  const texts = open.filter((at) => inputs[at]?.type === 'string');
  const alone = open.length < 2 || (open.length === 2 && texts.length === 1);
  if (!alone) {
    throw severalMatrices(
      open.flatMap((at) => inputs[at] ?? []),
      header,
    );
  }
  // Numbers first: what they leave is for the texts.
  return [...open.filter((at) => !texts.includes(at)), ...texts];
}

function planOf(
  request: MatchRequest,
  feeds: readonly (Feed | undefined)[],
  why: ReadonlyMap<number, string>,
  warnings: string[],
): ColumnPlan {
  const { inputs, header, idle = [] } = request;
  const nameOf = (column: number): string => columnName(header, column);
  const columns = feeds.map((feed) => feed?.columns ?? []);
  const used = new Set(columns.flat());
  const aside = [...header.keys()].filter((column) => !used.has(column));
  return {
    columns,
    aside,
    inputs: [
      ...inputs.map(({ name }, at) => ({
        input: name,
        columns: (columns[at] ?? []).map(nameOf),
        how: feeds[at]?.how ?? 'unused',
        note: feeds[at]?.note ?? null,
      })),
      ...idle.map((input) => ({
        input,
        columns: [],
        how: 'unused' as const,
        note: 'No result depends on it.',
      })),
    ],
    asides: aside.map((column) => ({
      column: nameOf(column),
      why: why.get(column) ?? unnamedWhy(request, column) ?? 'no input takes it',
    })),
    warnings,
  };
}
