import { MeshdeckError } from '@meshdeck/shared';
import type { TableForm } from '@meshdeck/shared/csv';
import type { Tensor } from 'onnxruntime-node';
import type { CsvBlock } from '../../csv/csv-block.js';
import { copyEmptyRows } from '../../csv/empty-rows.js';
import { openCsv, type CsvReader } from '../../csv/read-csv.js';
import type { TableSink } from '../../csv/table-sink.js';
import type { TableSource } from '../../csv/table-source.js';
import { createCsvWriter, type CsvWriter } from '../../csv/write-csv.js';
import { findTextColumns } from './column-roles.js';
import { createInputFiller, type InputFiller } from './fill-inputs.js';
import { interpretOutputs, noOutputs, type ResultColumn } from './interpret-outputs.js';
import type { LoadedModel } from './load-model.js';
import { matchColumns, type ColumnPlan } from './match-columns.js';
import { describeInput, type ModelInput } from './model-input.js';
import { outputValues } from './model-output.js';
import { runFailure } from './run-failure.js';
import { createResultWriter } from './write-outputs.js';

/** Rows given to the model at a time: enough to keep it busy, little enough to keep its buffers small. */
const maxBatchRows = 2048;

export interface ModelRun {
  rows: number;
  /** Which column fed which input. */
  columnMap: { inputs: { input: string; column: string }[]; aside: string[] };
  /** Columns added behind the input's. */
  outputs: string[];
}

/**
 * Runs a model over a table and writes the table again, in its own dialect and order, with the predictions behind its
 * columns. Constant memory. The source is closed, the sink completed or, where the run fails, abandoned.
 *
 * @throws MeshdeckError csv-empty, csv-malformed, csv-column-mismatch, csv-value-invalid, model-unsupported,
 *   app-output-limit, cancelled.
 */
export async function runModel({
  model,
  source,
  form,
  openSink,
  outputLimitBytes,
  signal,
  onProgress,
}: {
  model: LoadedModel;
  source: TableSource;
  /** How the table is written that this one is a part of; else it is found. */
  form?: TableForm | undefined;
  /** Asked for once the table's header is known to be one. */
  openSink: () => Promise<TableSink> | TableSink;
  outputLimitBytes: number;
  signal: AbortSignal;
  /** `fraction` of the input's bytes, 0 to 1. */
  onProgress: (progress: { fraction: number; rows: number }) => void;
}): Promise<ModelRun> {
  const reader = await openCsv({ source, ...(form !== undefined && { form }) });
  try {
    const sink = await openSink();
    try {
      const writer = createCsvWriter({ sink, dialect: reader.dialect, limitBytes: outputLimitBytes });
      const run = createRun(model, reader, writer);
      for await (const block of reader.blocks()) {
        await run.take(block, signal);
        onProgress({ fraction: reader.bytesDone() / reader.sizeBytes, rows: run.rows() });
      }
      await sink.complete();
      return run.done();
    } catch (error) {
      await sink.abandon();
      throw error;
    }
  } finally {
    await reader.close();
  }
}

/** Tables with `;` or tab may write 1,5 for 1.5. */
const takesDecimalComma = ({ dialect }: CsvReader) => dialect.delimiter !== ',';

interface Run {
  take(block: CsvBlock, signal: AbortSignal): Promise<void>;
  rows(): number;
  done(): ModelRun;
}

function createRun(model: LoadedModel, reader: CsvReader, writer: CsvWriter): Run {
  const { session, facts } = model;
  const { header } = reader;
  const decimalComma = takesDecimalComma(reader);
  const inputs = session.inputMetadata.map(describeInput);
  let outputNames = session.outputMetadata.filter(({ isTensor }) => isTensor).map(({ name }) => name);
  if (outputNames.length === 0) throw noOutputs();
  const batchRows = fixedBatch(inputs);
  const maxRows = batchRows ?? maxBatchRows;
  let plan: ColumnPlan | undefined;
  let fillers: InputFiller[] = [];
  let columns: ResultColumn[] | undefined;
  let rows = 0;
  /** Empty rows of the block that are in the result. */
  let emptyDone = 0;

  const prepare = (block: CsvBlock): ColumnPlan => {
    const textOnly = findTextColumns(block, decimalComma);
    const made = matchColumns({ inputs, header, textOnly, featureNames: facts.featureNames });
    fillers = inputs.map((input, at) => {
      const columnsOfInput = made.columns[at] ?? [];
      return createInputFiller({ input, columns: columnsOfInput, header, decimalComma, maxRows });
    });
    return made;
  };

  const runBatch = async (block: CsvBlock, firstRow: number, count: number): Promise<void> => {
    const feeds: Record<string, Tensor> = {};
    inputs.forEach(({ name }, at) => {
      const filler = fillers[at];
      if (filler !== undefined) feeds[name] = filler.fill({ block, firstRow, rows: count });
    });
    const results = await session.run(feeds, outputNames).catch((error: unknown) => {
      throw runFailure(error, block.lines[firstRow] ?? 0);
    });
    const given = batchRows ?? count;
    const outputs = outputNames.flatMap((name) => {
      const tensor = results[name];
      return tensor === undefined ? [] : (outputValues(name, tensor, given) ?? []);
    });
    if (columns === undefined) {
      const deepInput = inputs.some(({ deep }) => deep);
      columns = interpretOutputs({ outputs, rows: count, facts, deepInput, header });
      outputNames = outputs.map(({ name }) => name);
      writer.copy(reader.headerBytes, 0, reader.headerBytes.length);
      for (const { name } of columns) writer.textField(name);
      writer.endRow();
    }
    const writeResult = createResultWriter(columns, outputs, writer);
    for (let row = 0; row < count; row++) {
      const at = firstRow + row;
      emptyDone = copyEmptyRows(block, emptyDone, at, writer, columns.length);
      writer.copy(block.raw, block.rowStarts[at] as number, block.rowEnds[at] as number);
      writeResult(row);
      writer.endRow();
    }
    await writer.drain();
  };

  return {
    async take(block, signal) {
      plan ??= prepare(block);
      emptyDone = 0;
      for (let row = 0; row < block.rows; row += maxRows) {
        if (signal.aborted) throw new MeshdeckError('cancelled', 'The run was cancelled.');
        const count = Math.min(maxRows, block.rows - row);
        await runBatch(block, row, count);
        rows += count;
      }
      copyEmptyRows(block, emptyDone, block.rows, writer, columns?.length ?? 0);
      rows += block.empty.before.length;
      await writer.drain();
    },
    rows: () => rows,
    done: () => ({
      rows,
      columnMap: {
        inputs: inputs.flatMap(({ name }, at) =>
          (plan?.columns[at] ?? []).map((column) => ({ input: name, column: header[column] ?? '' })),
        ),
        aside: (plan?.aside ?? []).map((column) => header[column] ?? ''),
      },
      outputs: (columns ?? []).map(({ name }) => name),
    }),
  };
}

/** Rows that inputs of a fixed size insist on. @throws MeshdeckError model-unsupported when they disagree. */
function fixedBatch(inputs: readonly ModelInput[]): number | undefined {
  const sizes = [...new Set(inputs.flatMap(({ batchRows }) => batchRows ?? []))];
  if (sizes.length > 1) {
    throw new MeshdeckError(
      'model-unsupported',
      `The model's inputs want different numbers of rows at a time (${sizes.join(', ')}). Export it with one.`,
    );
  }
  return sizes[0];
}
