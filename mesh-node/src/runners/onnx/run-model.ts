import { boundReading, keptReadingBytes, MeshdeckError, type Reading } from '@meshdeck/shared';
import type { Tensor } from 'onnxruntime-node';
import type { CsvBlock } from '../../csv/csv-block.js';
import { openCsv, type CsvReader } from '../../csv/read-csv.js';
import { readingOfTable } from '../../csv/reading-of-table.js';
import type { TableSink } from '../../csv/table-sink.js';
import type { TableSource } from '../../csv/table-source.js';
import { createCsvWriter, type CsvWriter } from '../../csv/write-csv.js';
import { findTextColumns } from './column-roles.js';
import { createInputFiller, type InputFiller } from './fill-inputs.js';
import { refuseNumbersAsHeader } from './header-check.js';
import { interpretOutputs, noOutputs, type ResultColumn } from './interpret-outputs.js';
import type { LoadedModel } from './load-model.js';
import { matchColumns, type ColumnPlan } from './match-columns.js';
import { describeInput, type ModelInput } from './model-input.js';
import { outputValues } from './model-output.js';
import type { PreviewRecorder } from './preview-recorder.js';
import { createReadingDraft, type ReadingDraft } from './reading-draft.js';
import { readingOfColumns, readingOfInputs, readingOfOutputs } from './reading-of-run.js';
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
 * @throws MeshdeckError csv-empty, csv-malformed, csv-column-mismatch, csv-value-invalid, model-unsupported,
 *   app-output-limit, cancelled.
 */
export async function runModel({
  model,
  source,
  openSink,
  outputLimitBytes,
  signal,
  onProgress,
  draft = createReadingDraft(),
  dryRun,
}: {
  model: LoadedModel;
  source: TableSource;
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
  const reader = await openCsv({ source });
  try {
    draft.table(readingOfTable(reader));
    refuseNumbersAsHeader(reader.header, takesDecimalComma(reader));
    const sink = await openSink();
    try {
      const writer = createCsvWriter({ sink, dialect: reader.dialect, limitBytes: outputLimitBytes });
      const run = createRun({ model, reader, writer, draft, dryRun });
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
  const { session, facts } = model;
  const writer = dryRun?.preview.listen(target) ?? target;
  const { header } = reader;
  const decimalComma = takesDecimalComma(reader);
  const inputs = session.inputMetadata.map(describeInput);
  draft.columns({ inputs: readingOfInputs(inputs, header), aside: [] });
  let outputNames = session.outputMetadata.filter(({ isTensor }) => isTensor).map(({ name }) => name);
  if (outputNames.length === 0) throw noOutputs();
  const batchRows = fixedBatch(inputs);
  const predictedRows = dryRun?.predictedRows ?? Infinity;
  const maxRows = batchRows ?? Math.min(maxBatchRows, predictedRows);
  let plan: ColumnPlan | undefined;
  let fillers: InputFiller[] = [];
  let columns: ResultColumn[] | undefined;
  let rows = 0;

  const prepare = (block: CsvBlock): ColumnPlan => {
    const textOnly = findTextColumns(block, decimalComma);
    const { featureNames } = facts;
    const made = matchColumns({ inputs, header, textOnly, featureNames, told: draft.told });
    draft.columns(readingOfColumns({ inputs, plan: made, header, textOnly, featureNames, told: draft.told }));
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
      draft.outputs(readingOfOutputs(columns, outputNames));
      dryRun?.preview.start(
        header,
        columns.map(({ name }) => name),
      );
      writer.copy(reader.headerBytes, 0, reader.headerBytes.length);
      for (const { name } of columns) writer.textField(name);
      writer.endRow();
    }
    const writeResult = createResultWriter(columns, outputs, writer);
    for (let row = 0; row < count; row++) {
      const at = firstRow + row;
      dryRun?.preview.row(block, at);
      writer.copy(block.raw, block.rowStarts[at] as number, block.rowEnds[at] as number);
      writeResult(row);
      writer.endRow();
    }
    await writer.drain();
  };

  return {
    async take(block, signal) {
      plan ??= prepare(block);
      for (let row = 0; row < block.rows; row += maxRows) {
        if (signal.aborted) throw new MeshdeckError('cancelled', 'The run was cancelled.');
        const count = Math.min(maxRows, block.rows - row);
        if (rows < predictedRows) await runBatch(block, row, count);
        else for (const filler of fillers) filler.fill({ block, firstRow: row, rows: count });
        rows += count;
      }
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
      reading: boundReading(draft.whole(), keptReadingBytes),
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
