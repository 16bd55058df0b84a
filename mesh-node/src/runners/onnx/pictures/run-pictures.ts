import {
  boundReading,
  keptReadingBytes,
  MeshdeckError,
  type PictureOptions,
  type PictureReading,
} from '@meshdeck/shared';
import type { ResultColumn } from '@meshdeck/shared/onnx';
import { createCsvWriter, quoteField } from '../../../csv/write-csv.js';
import type { TableSink } from '../../../csv/table-sink.js';
import type { PictureSet } from '../../../pictures/open-pictures.js';
import type { LoadedModel } from '../load-model.js';
import { createPredictor } from '../predict-batches.js';
import type { ReadingDraft } from '../reading-draft.js';
import { runFailure } from '../run-failure.js';
import type { DryRun, ModelRun } from '../run-model.js';
import { createResultWriter } from '../write-outputs.js';
import { createPictureTensors } from './picture-tensor.js';
import { planPictures } from './plan-pictures.js';
import { countNotes, noCounts, preparePicture } from './prepare-picture.js';

/** The result is a table of its own: UTF-8, commas, the name of each picture first. */
const dialect = { delimiter: ',', lineEnding: '\n', bom: false } as const;
const header = ['file'];
const mostLeftOut = 20;
/** Decoded before a run: large ones take a tenth of a second each. */
const mostLookedAt = 20;
/** A look is waited for by a person. */
const longestLookMs = 5000;

const cut = (text: string, most: number) => text.slice(0, most);

/**
 * Runs a model over pictures, a row for each in their order: its name, then the columns that a table's run gives.
 *
 * @throws MeshdeckError `picture-invalid`, `picture-ambiguous`, `model-unsupported`, `app-output-limit`, `cancelled`
 */
export async function runPictures({
  model: loaded,
  set,
  manifest,
  openSink,
  outputLimitBytes,
  signal,
  onProgress,
  draft,
  dryRun,
}: {
  model: LoadedModel;
  set: PictureSet;
  /** What the app's manifest says of pictures. */
  manifest: PictureOptions;
  openSink: () => Promise<TableSink> | TableSink;
  outputLimitBytes: number;
  signal: AbortSignal;
  onProgress: (progress: { fraction: number; rows: number }) => void;
  draft: ReadingDraft;
  dryRun?: DryRun;
}): Promise<ModelRun> {
  const { told } = draft;
  const { pictures, leftOut } = set;
  const counts = noCounts();
  let known: Pick<PictureReading, 'input' | 'facts'> = { input: '', facts: [] };
  const tell = () =>
    draft.pictures({
      ...known,
      notes: countNotes(counts),
      leftOut: leftOut.slice(0, mostLeftOut).map(({ file, why }) => ({ file: cut(file, 120), why })),
      ...(leftOut.length > mostLeftOut && { leftOutMore: leftOut.length - mostLeftOut }),
    });
  draft.table({
    ...{ encoding: 'utf-8', delimiter: ',', decimal: '.', thousands: null, headerLine: 1, firstRowLine: 2 },
    ...{ columns: header, skipped: [], notes: [] },
  });
  tell();
  const plan = planPictures(
    { model: loaded, told: told.pictures ?? {}, manifest, output: told.output },
    (input, facts) => {
      known = { input: cut(input, 200), facts };
      tell();
    },
  );
  const predictor = createPredictor({ model: plan.model, header, output: told.output });
  const [input] = predictor.inputs;
  if (input === undefined) throw new Error('The model has no input.');
  const startedMs = performance.now();
  let count = Math.min(pictures.length, dryRun === undefined ? Infinity : mostLookedAt);
  const maxRows = Math.min(predictor.maxRows, count);
  const tensors = createPictureTensors(input, plan, maxRows);

  const sink = await openSink();
  let columns: ResultColumn[] | undefined;
  let rows = 0;
  const sayAll = () => {
    tell();
    draft.outputs(predictor.readings());
    for (const warning of predictor.warnings()) draft.warn(warning);
  };
  try {
    const target = createCsvWriter({ sink, dialect, limitBytes: outputLimitBytes });
    const writer = dryRun?.preview.listen(target) ?? target;
    const cell = (text: string) => {
      const bytes = Buffer.from(quoteField(text, dialect.delimiter));
      writer.copy(bytes, 0, bytes.length);
    };
    while (rows < count) {
      const batch = pictures.slice(rows, Math.min(count, rows + maxRows));
      for (const [row, file] of batch.entries()) {
        if (signal.aborted) throw new MeshdeckError('cancelled', 'The run was cancelled.');
        if (dryRun !== undefined && row > 0 && performance.now() - startedMs > longestLookMs) {
          batch.length = row;
          count = rows + row;
          break;
        }
        tensors.put(await preparePicture(file, plan, counts), row);
      }
      const first = rows;
      const done = await predictor
        .predict({
          tensors: [tensors.take(batch.length)],
          rows: batch.length,
          lineOf: (row) => first + row + 2,
        })
        .catch((error: unknown) => {
          throw runFailure(error, first + 2);
        });
      if (columns === undefined) {
        ({ columns } = done);
        const names = columns.map(({ name }) => name);
        dryRun?.preview.start(header, names);
        cell('file');
        for (const name of names) writer.textField(name);
        writer.endRow();
        if (plan.labels !== undefined && !usesLabels(columns, plan.labels))
          draft.warn(
            `The ${plan.labels.length} labels are not used: they are not as many as the classes that the model's outputs tell apart.`,
          );
      }
      const writeResult = createResultWriter(columns, done.values, writer);
      for (const [row, { name }] of batch.entries()) {
        dryRun?.preview.cells([name]);
        cell(name);
        writeResult(row);
        writer.endRow();
      }
      await writer.handOver();
      rows += batch.length;
      onProgress({ fraction: rows / pictures.length, rows });
    }
    await writer.drain();
    await sink.complete();
  } catch (error) {
    sayAll();
    await sink.abandon();
    throw error;
  }
  sayAll();
  return {
    rows,
    columnMap: { inputs: [], aside: header },
    outputs: (columns ?? []).map(({ name }) => name),
    reading: boundReading(draft.whole(), keptReadingBytes),
  };
}

const usesLabels = (columns: readonly ResultColumn[], labels: readonly string[]): boolean =>
  columns.some(
    ({ name, source }) =>
      ('classes' in source && source.classes === labels) || name.endsWith(`_${labels[0]}`),
  );
