import { MeshdeckError, type OutputReading, type ReadingOptions } from '@meshdeck/shared';
import type { CsvBlock } from '../../csv/csv-block.js';
import { openCsv, type CsvReader } from '../../csv/read-csv.js';
import type { TableSink } from '../../csv/table-sink.js';
import type { TableSource } from '../../csv/table-source.js';
import { createCsvWriter, type CsvWriter } from '../../csv/write-csv.js';
import { refuseNumbersAsHeader } from './header-check.js';
import type { LoadedModel } from './load-model.js';
import { createPredictor } from './predict-batches.js';
import { nothingRead, prepareInputs, type ColumnReading, type PreparedInputs } from './prepare-inputs.js';
import type { ResultColumn } from './result-columns.js';
import { runFailure } from './run-failure.js';
import { createResultWriter } from './write-outputs.js';

export interface ModelRun {
  rows: number;
  /** Which column fed which input. */
  columnMap: { inputs: { input: string; column: string }[]; aside: string[] };
  /** Columns added behind the input's. */
  outputs: string[];
  /** How each of the model's outputs was read. */
  readings: OutputReading[];
  /** The model's inputs that no result depends on. */
  idleInputs: string[];
  /** How columns and cells were read. */
  columnReading: ColumnReading;
  /** Sentences that people should see beside the result. */
  warnings: string[];
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
  reading = {},
  openSink,
  outputLimitBytes,
  signal,
  onProgress,
}: {
  model: LoadedModel;
  source: TableSource;
  /** What a person said about how table and model are to be read. */
  reading?: ReadingOptions;
  /** Asked for once the table's header is known to be one. */
  openSink: () => Promise<TableSink> | TableSink;
  outputLimitBytes: number;
  signal: AbortSignal;
  /** `fraction` of the input's bytes, 0 to 1. */
  onProgress: (progress: { fraction: number; rows: number }) => void;
}): Promise<ModelRun> {
  const reader = await openCsv({ source });
  try {
    refuseNumbersAsHeader(reader.header);
    const sink = await openSink();
    try {
      const writer = createCsvWriter({ sink, dialect: reader.dialect, limitBytes: outputLimitBytes });
      const run = createRun(model, reader, writer, reading);
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

interface Run {
  take(block: CsvBlock, signal: AbortSignal): Promise<void>;
  rows(): number;
  done(): ModelRun;
}

function createRun(model: LoadedModel, reader: CsvReader, writer: CsvWriter, reading: ReadingOptions): Run {
  const { facts } = model;
  const { header } = reader;
  const predictor = createPredictor({ model, header, output: reading.output });
  const { inputs, maxRows } = predictor;
  let prepared: PreparedInputs | undefined;
  let columns: ResultColumn[] | undefined;
  let rows = 0;

  const prepare = (block: CsvBlock): PreparedInputs =>
    prepareInputs({
      ...{ inputs, facts, header, block, told: reading, maxRows },
      delimiter: reader.dialect.delimiter,
      idle: predictor.idleInputs,
      outputs: model.outputs.map(({ name }) => name),
    });

  const runBatch = async (
    { fillers }: PreparedInputs,
    block: CsvBlock,
    firstRow: number,
    count: number,
  ): Promise<void> => {
    const tensors = fillers.map((filler) => filler.fill({ block, firstRow, rows: count }));
    const lineOf = (row: number) => block.lines[firstRow + row] ?? 0;
    const batch = await predictor.predict({ tensors, rows: count, lineOf }).catch((error: unknown) => {
      throw runFailure(error, lineOf(0));
    });
    if (columns === undefined) {
      ({ columns } = batch);
      writer.copy(reader.headerBytes, 0, reader.headerBytes.length);
      for (const { name } of columns) writer.textField(name);
      writer.endRow();
    }
    const writeResult = createResultWriter(columns, batch.values, writer);
    for (let row = 0; row < count; row++) {
      const at = firstRow + row;
      writer.copy(block.raw, block.rowStarts[at] as number, block.rowEnds[at] as number);
      writeResult(row);
      writer.endRow();
    }
    await writer.drain();
  };

  return {
    async take(block, signal) {
      prepared ??= prepare(block);
      for (let row = 0; row < block.rows; row += maxRows) {
        if (signal.aborted) throw new MeshdeckError('cancelled', 'The run was cancelled.');
        const count = Math.min(maxRows, block.rows - row);
        await runBatch(prepared, block, row, count);
        rows += count;
      }
    },
    rows: () => rows,
    done: () => ({
      rows,
      columnMap: {
        inputs: inputs.flatMap(({ name }, at) =>
          (prepared?.plan.columns[at] ?? []).map((column) => ({ input: name, column: header[column] ?? '' })),
        ),
        aside: (prepared?.plan.aside ?? []).map((column) => header[column] ?? ''),
      },
      outputs: (columns ?? []).map(({ name }) => name),
      readings: predictor.readings(),
      idleInputs: predictor.idleInputs,
      columnReading: prepared?.reading() ?? nothingRead,
      warnings: predictor.warnings(),
    }),
  };
}
