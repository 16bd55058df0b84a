import type { PartialReading, ReadingOptions, TableReading } from './models/reading.js';

/** A reading that goes with a report and stays with its job. */
export const keptReadingBytes = 24 * 1024;
/** One that is looked at once. */
export const shownReadingBytes = 128 * 1024;

/** So many of each at most. */
interface Caps {
  /** Column names in one list. */
  names: number;
  /** Inputs, outputs, columns put aside, columns with something to say, runs of skipped lines. */
  entries: number;
  /** Notes and warnings. */
  sentences: number;
}
const largest: Caps = { names: 512, entries: 256, sentences: 50 };

/** The schema's own limit for what stands beside the rows. */
const mostSkipped = 50;

const halved = (count: number) => Math.max(1, count >> 1);

/** The next smaller caps: names and entries first, since a sentence says more. Null where nothing is left to cut. */
function smaller({ names, entries, sentences }: Caps): Caps | null {
  if (names > 1 || entries > 1) return { names: halved(names), entries: halved(entries), sentences };
  return sentences > 1 ? { names, entries, sentences: halved(sentences) } : null;
}

/** The first `most`, and how many are missing with those that were missing before. */
function cut<T>(list: readonly T[], most: number, before = 0): { kept: T[]; leftOut: number | undefined } {
  const leftOut = before + Math.max(0, list.length - most);
  return { kept: list.slice(0, most), leftOut: leftOut === 0 ? undefined : leftOut };
}

function cutColumns<T extends { columns: string[]; columnsLeftOut?: number | undefined }>(
  { columnsLeftOut, ...entry }: T,
  most: number,
): T {
  const { kept, leftOut } = cut(entry.columns, most, columnsLeftOut);
  return { ...entry, columns: kept, ...(leftOut !== undefined && { columnsLeftOut: leftOut }) } as T;
}

function cutTable(table: TableReading, { names, entries, sentences }: Caps): TableReading {
  return {
    ...cutColumns(table, names),
    skipped: table.skipped.slice(0, Math.min(entries, mostSkipped)),
    notes: table.notes.slice(0, sentences),
  };
}

/** Whoever told them has them whole. */
function cutTold({ map, aside, ...told }: ReadingOptions, { names, entries }: Caps): ReadingOptions {
  const someOf = Object.entries(map ?? {}).slice(0, entries);
  return {
    ...told,
    ...(map !== undefined && {
      map: Object.fromEntries(someOf.map(([input, columns]) => [input, columns.slice(0, names)])),
    }),
    ...(aside !== undefined && { aside: aside.slice(0, names) }),
  };
}

function cutTo<R extends PartialReading>(reading: R, caps: Caps): R {
  const { table, leftOut: before = {}, ...rest } = reading;
  const { entries, names } = caps;
  const inputs = cut(rest.inputs, entries, before.inputs);
  const aside = cut(rest.aside, entries, before.aside);
  const outputs = cut(rest.outputs, entries, before.outputs);
  const values = cut(rest.values, entries, before.values);
  const warnings = cut(rest.warnings, caps.sentences, before.warnings);
  const leftOut = {
    ...(inputs.leftOut !== undefined && { inputs: inputs.leftOut }),
    ...(aside.leftOut !== undefined && { aside: aside.leftOut }),
    ...(outputs.leftOut !== undefined && { outputs: outputs.leftOut }),
    ...(values.leftOut !== undefined && { values: values.leftOut }),
    ...(warnings.leftOut !== undefined && { warnings: warnings.leftOut }),
  };
  return {
    ...rest,
    ...(table !== undefined && { table: cutTable(table, caps) }),
    inputs: inputs.kept.map((input) => cutColumns(input, names)),
    aside: aside.kept,
    outputs: outputs.kept.map((output) => cutColumns(output, names)),
    values: values.kept,
    warnings: warnings.kept,
    told: cutTold(rest.told, caps),
    ...(Object.keys(leftOut).length > 0 && { leftOut }),
  } as R;
}

const jsonBytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;

/**
 * The reading in at most `mostBytes` of UTF-8 JSON (8 KiB or more): long lists are cut, and what is missing is counted.
 * A table of thousands of columns is told by its first ones; the counts stay true however often it is cut.
 */
export function boundReading<R extends PartialReading>(reading: R, mostBytes: number): R {
  let caps: Caps | null = largest;
  let bounded = cutTo(reading, caps);
  while (jsonBytes(bounded) > mostBytes) {
    caps = smaller(caps);
    if (caps === null) break;
    bounded = cutTo(reading, caps);
  }
  return bounded;
}
