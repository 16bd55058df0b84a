import { boundReading, keptReadingBytes, MeshdeckError, type Reading } from '@meshdeck/shared';
import type { TableForm } from '@meshdeck/shared/csv';
import type { CsvBlock } from '../../csv/csv-block.js';
import { copyEmptyRows } from '../../csv/empty-rows.js';
import { openCsv, type CsvReader } from '../../csv/read-csv.js';
import type { TableSink } from '../../csv/table-sink.js';
import type { TableSource } from '../../csv/table-source.js';
import { createCsvWriter, type CsvWriter } from '../../csv/write-csv.js';
import type { LoadedModel } from './load-model.js';
import { createPredictor } from './predict-batches.js';
import { prepareInputs, type PreparedInputs } from './prepare-inputs.js';
import type { PreviewRecorder } from './preview-recorder.js';
import { createReadingDraft, type ReadingDraft } from './reading-draft.js';
import { readingOfInputs } from './reading-of-inputs.js';
import type { ResultColumn } from '@meshdeck/shared/onnx';
import { runFailure } from './run-failure.js';
import { createResultWriter } from './write-outputs.js';

export interface ModelRun {
  rows: number;
  /** Which column fed which input. */
  columnMap: { inputs: { input: string; column: string }[]; aside: string[] };
  /** Columns added behind the input's. */
  outputs: string[];
  /** How table and model were read, cut to `keptReadingBytes`. */
  reading: Reading;
}

/** A run that only looks: the model works on the first rows, the others are merely read. */
export interface DryRun {
  predictedRows: number;
  preview: PreviewRecorder;
}

/**
 * Runs a model over a table and writes the table again, in its own dialect and order, with the predictions behind its
 * columns. Constant memory. The source is closed, the sink completed or, where the run fails, abandoned.
 *
 * @throws MeshdeckError csv-empty, csv-malformed, csv-column-mismatch, csv-value-invalid, csv-ambiguous,
 *   model-unsupported, app-output-limit, cancelled.
 */
export async function runModel({
  model,
  source,
  form,
  hasAllRows = true,
  openSink,
  outputLimitBytes,
  signal,
  onProgress,
  draft = createReadingDraft(),
  dryRun,
}: {
  model: LoadedModel;
  source: TableSource;
  /** How the table is written that this one is a part of; else it is found. */
  form?: TableForm | undefined;
  /** These are all of its rows, and not its first and last ones. */
  hasAllRows?: boolean;
  /** Asked for once the table's header is known to be one. */
  openSink: () => Promise<TableSink> | TableSink;
  outputLimitBytes: number;
  signal: AbortSignal;
  /** `fraction` of the input's bytes, 0 to 1. */
  onProgress: (progress: { fraction: number; rows: number }) => void;
  /** Takes in how everything was read, also where the run is refused; it knows what was told. */
  draft?: ReadingDraft;
  dryRun?: DryRun;
}): Promise<ModelRun> {
  const reader = await openCsv({ source, told: draft.told, hasAllRows, ...(form !== undefined && { form }) });
  try {
    draft.table(reader.reading());
    const sink = await openSink();
    let run: Run | undefined;
    try {
      const writer = createCsvWriter({ sink, dialect: reader.dialect, limitBytes: outputLimitBytes });
      run = createRun({ model, reader, writer, draft, dryRun });
      for await (const block of reader.blocks()) {
        await run.take(block, signal);
        onProgress({ fraction: reader.bytesDone() / reader.sizeBytes, rows: run.rows() });
      }
      await writer.drain();
      await sink.complete();
      return run.done();
    } catch (error) {
      run?.tell();
      await sink.abandon();
      throw error;
    }
  } finally {
    await reader.close();
  }
}

interface Run {
  take(block: CsvBlock, signal: AbortSignal): Promise<void>;
  /** Adds to the reading what is known by now. */
  tell(): void;
  rows(): number;
  done(): ModelRun;
}

function createRun({
  model,
  reader,
  writer: target,
  draft,
  dryRun,
}: {
  model: LoadedModel;
  reader: CsvReader;
  writer: CsvWriter;
  draft: ReadingDraft;
  dryRun: DryRun | undefined;
}): Run {
  const { facts } = model;
  const { header } = reader;
  const writer = dryRun?.preview.listen(target) ?? target;
  const predictor = createPredictor({ model, header, output: draft.told.output });
  const { inputs } = predictor;
  draft.columns({ inputs: readingOfInputs(inputs, header), aside: [] });
  const predictedRows = dryRun?.predictedRows ?? Infinity;
  const maxRows = Math.min(predictor.maxRows, predictedRows);
  let prepared: PreparedInputs | undefined;
  let columns: ResultColumn[] | undefined;
  let rows = 0;
  /** Empty rows of the block that are in the result. */
  let emptyDone = 0;

  const prepare = async (block: CsvBlock): Promise<PreparedInputs> => {
    const prepareBy = (wholeEvidence: readonly number[] | undefined) =>
      prepareInputs({
        ...{ inputs, facts, header, block, maxRows, wholeEvidence },
        told: draft.told,
        delimiter: reader.dialect.delimiter,
        idle: predictor.idleInputs,
        outputs: model.outputs.map(({ name }) => name),
      });
    let made = prepareBy(reader.form.evidence);
    // What the first rows leave open, later ones may tell.
    if (made.form.decimal === undefined) made = prepareBy(await reader.evidence());
    draft.columns(made.reading());
    return made;
  };

  const tell = (): void => {
    draft.outputs(predictor.readings());
    for (const warning of predictor.warnings()) draft.warn(warning);
    if (prepared === undefined) return;
    const { values, warnings, decimal, thousands } = prepared.reading();
    draft.values(values);
    for (const warning of warnings) draft.warn(warning);
    draft.table(reader.reading({ decimal, thousands }));
  };

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
      dryRun?.preview.start(
        header,
        columns.map(({ name }) => name),
      );
      writer.copy(reader.headerBytes, 0, reader.headerBytes.length);
      for (const { name } of columns) writer.textField(name);
      writer.endRow();
    }
    const writeResult = createResultWriter(columns, batch.values, writer);
    for (let row = 0; row < count; row++) {
      const at = firstRow + row;
      emptyDone = copyEmptyRows(block, emptyDone, at, writer, columns.length);
      dryRun?.preview.row(block, at);
      writer.copy(block.raw, block.rowStarts[at] as number, block.rowEnds[at] as number);
      writeResult(row);
      writer.endRow();
    }
    await writer.handOver();
  };

  return {
    async take(block, signal) {
      prepared ??= await prepare(block);
      emptyDone = 0;
      for (let row = 0; row < block.rows; row += maxRows) {
        if (signal.aborted) throw new MeshdeckError('cancelled', 'The run was cancelled.');
        const count = Math.min(maxRows, block.rows - row);
        if (rows < predictedRows) await runBatch(prepared, block, row, count);
        else for (const filler of prepared.fillers) filler.fill({ block, firstRow: row, rows: count });
        rows += count;
      }
      copyEmptyRows(block, emptyDone, block.rows, writer, columns?.length ?? 0);
      rows += block.empty.before.length;
      await writer.handOver();
    },
    tell,
    rows: () => rows,
    done() {
      tell();
      return {
        rows,
        columnMap: {
          inputs: inputs.flatMap(({ name }, at) =>
            (prepared?.plan.columns[at] ?? []).map((column) => ({
              input: name,
              column: header[column] ?? '',
            })),
          ),
          aside: (prepared?.plan.aside ?? []).map((column) => header[column] ?? ''),
        },
        outputs: (columns ?? []).map(({ name }) => name),
        reading: boundReading(draft.whole(), keptReadingBytes),
      };
    },
  };
}
