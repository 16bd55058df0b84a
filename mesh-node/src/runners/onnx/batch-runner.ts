import { MeshdeckError } from '@meshdeck/shared';
import type { Tensor } from 'onnxruntime-node';
import {
  type Batching,
  type ModelOutput,
  type OutputValues,
  portionNote,
  type RowPlace,
} from '@meshdeck/shared/onnx';
import { findPlace } from './rows/find-place.js';
import { takeRows } from './rows/gather-rows.js';
import { joined, stacked, valuesOfTensor } from './rows/output-values.js';
import { tryRows } from './rows/row-trial.js';
import type { LoadedModel } from './load-model.js';
import { rowsNotFound } from './rows-not-found.js';

export type Feeds = Record<string, Tensor>;
type Results = Record<string, Tensor>;

/** Runs a model on batches of rows and gives its outputs by rows. */
export interface BatchRunner {
  /**
   * `feeds` hold `rows` rows. Rejects with ONNX Runtime's own error where the model fails on them.
   * @throws MeshdeckError model-unsupported where an output's rows cannot be told apart.
   */
  run(feeds: Feeds, rows: number): Promise<OutputValues[]>;
  /** The rows `order` of a batch of `rows` rows. */
  select(feeds: Feeds, rows: number, order: readonly number[]): Feeds;
}

/**
 * `fixed`: the rows that the model's inputs insist on. `places`: where rows lie in each input, by the name it is fed
 * under. Where the graph did not tell where an output's rows lie, the first batch is run once more in part and in
 * another order; what comes of it is kept in `model.batching`.
 */
export function createBatchRunner({
  model,
  outputs,
  places,
  fixed,
}: {
  model: LoadedModel;
  outputs: readonly ModelOutput[];
  places: ReadonlyMap<string, RowPlace>;
  fixed: number | undefined;
}): BatchRunner {
  const { session, batching } = model;
  const fetches = [...new Set(outputs.flatMap(({ tensors }) => tensors.map(({ fetch }) => fetch)))];
  const select = (feeds: Feeds, rows: number, order: readonly number[]): Feeds =>
    Object.fromEntries(
      Object.entries(feeds).map(([name, tensor]) => {
        const place = places.get(name);
        return [name, place === undefined ? tensor : takeRows(tensor, place, rows, order)];
      }),
    );
  const runAll = (feeds: Feeds): Promise<Results> => session.run(feeds, fetches);

  async function runInChunks(feeds: Feeds, rows: number, size: number): Promise<OutputValues[]> {
    const chunks: OutputValues[][] = [];
    for (let first = 0; first < rows; first += size) {
      const order = Array.from({ length: size }, (_, at) => Math.min(first + at, rows - 1));
      const part = await runTogether(select(feeds, rows, order), size);
      chunks.push(part.map((values) => firstRows(values, Math.min(size, rows - first), size)));
    }
    return outputs.map((_, at) => stacked(chunks.flatMap((chunk) => chunk[at] ?? [])));
  }

  async function runTogether(feeds: Feeds, rows: number): Promise<OutputValues[]> {
    const results = await runAll(feeds);
    if (rows > 1 || fixed === undefined) await findPlaces(feeds, rows, results);
    return outputs.map((output) => valuesOf(output, results, rows, batching));
  }

  /** Finds where rows lie in tensors of which the graph does not tell. */
  async function findPlaces(feeds: Feeds, rows: number, results: Results): Promise<void> {
    const open = fetches.filter((name) => !batching.places.has(name));
    if (open.length === 0 || batching.chunk === 1) return;
    const trial = tryRows({ feeds, places, rows, fixed: fixed ?? batching.chunk, select });
    let first = results;
    let second: Results;
    try {
      if (trial.first !== undefined) first = await runAll(trial.first);
      second = await runAll(trial.second);
    } catch (error) {
      // A single row that runs, and more that do not: the model was exported for one.
      if (rows > 1) throw error;
      return insistOn(1);
    }
    for (const name of open) {
      const [one, two] = [first[name], second[name]];
      const output = outputs.find(({ tensors }) => tensors.some(({ fetch }) => fetch === name));
      if (one === undefined || two === undefined || output === undefined) continue;
      const found = findPlace(one, two, { ...trial, unsteady: batching.unsteady });
      if (typeof found === 'string') throw rowsNotFound(output, one, trial.rows, found);
      batching.places.set(name, found);
    }
  }

  function insistOn(size: number): void {
    batching.chunk = size;
    batching.notes.add(portionNote(size));
  }

  /** A model that fails on many rows and runs on few was exported for so few. */
  async function runSmaller(feeds: Feeds, rows: number, error: unknown): Promise<OutputValues[]> {
    const sizes = [...new Set([batching.chunk, ...model.bakedSizes, 1])].filter(
      (size): size is number => size !== undefined && size < rows,
    );
    for (const size of sizes) {
      const before = batching.chunk;
      batching.chunk = size;
      const values = await runInChunks(feeds, rows, size).catch((reason: unknown) => {
        if (reason instanceof MeshdeckError) throw reason;
        return undefined;
      });
      if (values !== undefined) {
        insistOn(size);
        return values;
      }
      batching.chunk = before;
    }
    throw error;
  }

  async function runAsFits(feeds: Feeds, rows: number): Promise<OutputValues[]> {
    const { chunk } = batching;
    if (fixed !== undefined) return runTogether(feeds, rows);
    if (chunk !== undefined && (chunk < rows || (chunk > rows && chunk > 1))) {
      return runInChunks(feeds, rows, chunk);
    }
    try {
      return await runTogether(feeds, rows);
    } catch (error) {
      if (error instanceof MeshdeckError || batching.proven || rows === 1) throw error;
      return runSmaller(feeds, rows, error);
    }
  }

  return {
    select,
    async run(feeds, rows) {
      const values = await runAsFits(feeds, rows);
      if (rows > 1 || fixed !== undefined) batching.proven = true;
      return values;
    },
  };
}

function valuesOf(
  { name, tensors }: ModelOutput,
  results: Results,
  rows: number,
  { places }: Batching,
): OutputValues {
  const parts = tensors.map(({ fetch }) => {
    const tensor = results[fetch];
    if (tensor === undefined) throw new RangeError(`no tensor ${fetch}`);
    try {
      return valuesOfTensor(name, tensor, places.get(fetch), rows);
    } catch {
      throw rowsNotFound({ name }, tensor, rows, 'counted');
    }
  });
  return joined(name, parts, rows);
}

function firstRows(values: OutputValues, rows: number, of: number): OutputValues {
  if (rows === of) return values;
  return { ...values, data: values.data.slice(0, rows * values.width) as typeof values.data };
}
