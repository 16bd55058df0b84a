import { MeshdeckError, type ReadingOptions } from '@meshdeck/shared';
import {
  listColumns,
  listNames,
  looseName,
  type ModelInput,
  nearestName,
  shown,
} from '@meshdeck/shared/onnx';

/** What a person said about columns, as places in the table. */
export interface ToldColumns {
  /** By the input's name. */
  map: ReadonlyMap<string, number[]>;
  /** Columns that feed no input, and why in a few words. */
  aside: ReadonlyMap<number, string>;
}

/**
 * Finds the columns and inputs that were told by name. A column is meant as it is written, else in any case; `#3` is the
 * third one, for those that have no name or share one.
 *
 * @throws MeshdeckError csv-column-mismatch for a name that nothing has or several have, for a number of columns that
 *   an input does not take, and where a column is both used and put aside.
 */
export function findToldColumns({
  told,
  header,
  inputs,
  idle,
}: {
  told: Pick<ReadingOptions, 'map' | 'aside' | 'truth'>;
  header: readonly string[];
  inputs: readonly ModelInput[];
  /** The model's other inputs, on which no result depends. */
  idle: readonly string[];
}): ToldColumns {
  const map = new Map<string, number[]>();
  for (const [name, columns] of Object.entries(told.map ?? {})) {
    const input = findInput(name, inputs, idle);
    if (map.has(input.name))
      throw refused(`The model's input ${shown(input.name)} is mapped twice. Say it once.`);
    const found = columns.map((column) => findColumn(column, header, `--map ${name}=...`));
    if (input.width !== undefined && found.length !== input.width) {
      throw refused(
        `The model's input ${shown(input.name)} takes ${input.width} column${input.width === 1 ? '' : 's'}, but ` +
          `--map gives it ${found.length}: ${listColumns(header, found)}.`,
      );
    }
    map.set(input.name, found);
  }
  const aside = new Map<number, string>();
  for (const name of told.aside ?? []) aside.set(findColumn(name, header, `--aside ${name}`), 'as told');
  if (told.truth !== undefined)
    aside.set(findColumn(told.truth, header, `--truth ${told.truth}`), 'the truth, as told');
  for (const [input, columns] of map) {
    const both = columns.filter((column) => aside.has(column));
    if (both.length > 0) {
      throw refused(
        `${listColumns(header, both)} is told to feed the input ${shown(input)} and to feed none. Say one of the two.`,
      );
    }
  }
  return { map, aside };
}

function findInput(name: string, inputs: readonly ModelInput[], idle: readonly string[]): ModelInput {
  const input =
    inputs.find((candidate) => candidate.name === name) ??
    single(inputs.filter((candidate) => looseName(candidate.name) === looseName(name)));
  if (input !== undefined) return input;
  if (idle.includes(name)) {
    throw refused(`No result depends on the model's input ${shown(name)}. Leave it out of --map.`);
  }
  const names = inputs.map((candidate) => candidate.name);
  throw refused(
    `The model has no input ${shown(name)}${nearest(name, names)} Its inputs are ${listNames(names)}.`,
  );
}

function findColumn(name: string, header: readonly string[], said: string): number {
  const places = [...header.keys()];
  const tiers = [
    (column: number) => header[column] === name,
    (column: number) => header[column]?.trim().toLowerCase() === name.trim().toLowerCase(),
  ];
  for (const matches of tiers) {
    const found = places.filter(matches);
    if (found.length > 1) {
      const ways = found.map((column) => `#${column + 1}`).join(' or ');
      throw refused(`${shown(said)} names ${found.length} columns of the table. Say ${ways}.`);
    }
    if (found[0] !== undefined) return found[0];
  }
  const place = /^#([1-9]\d{0,5})$/.exec(name)?.[1];
  if (place !== undefined && Number(place) <= header.length) return Number(place) - 1;
  throw refused(
    `The table has no column ${shown(name)}${nearest(name, header)} It has ${listColumns(header, places)}.`,
  );
}

function nearest(name: string, names: readonly string[]): string {
  const near = nearestName(name, names);
  return near === undefined ? '.' : `; did you mean ${shown(near)}?`;
}

function single<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}

function refused(message: string): MeshdeckError {
  return new MeshdeckError('csv-column-mismatch', message);
}
