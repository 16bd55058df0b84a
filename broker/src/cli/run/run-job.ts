import {
  MeshdeckError,
  formatBytes,
  formatDuration,
  formatNumber,
  fromFailure,
  type ErrorCode,
  type JobOptions,
  type JobQuestion,
  type JobView,
  type ReadingChange,
} from '@meshdeck/shared';
import type { Api } from '../api/transport.js';
import { fileUpload } from '../api/upload.js';
import type { CommandContext } from '../context.js';
import type { ChosenApp } from './choose-app.js';
import { saveStream, type InputFile } from './files.js';
import { filesOf, saveFiles } from './save-files.js';
import { followJob } from './follow-job.js';
import { createProgress, type Progress } from './progress.js';

export interface RunRequest {
  /** Finds or pushes the app once everything else is known to be well. */
  app: (signal: AbortSignal) => Promise<ChosenApp>;
  /** Files here, the table first; the sample's own where there are none. */
  inputs: readonly InputFile[];
  outputPath?: string | undefined;
  /** Where all files of the run go, also when it failed. */
  filesFolder?: string | undefined;
  options: JobOptions;
  /** What was said about how the table is to be read. */
  reading?: ReadingChange | undefined;
  /** The sheet of a workbook that holds the table. */
  sheet?: string | undefined;
  /** The command that looks closer at a table or model that is refused. */
  lookCloser?: string | undefined;
  detach: boolean;
  verbose: boolean;
}

export interface RunResult {
  job: JobView;
  app: ChosenApp;
  /** Where the result was written; null when nobody asked for it or the job was left running. */
  outputPath: string | null;
}

/** Sends app and files; what the job is to be. */
export async function prepareJob(
  { client, progress, signal }: { client: Api; progress: Progress; signal: AbortSignal },
  request: RunRequest,
): Promise<{ job: JobQuestion; app: ChosenApp }> {
  progress.show('sending the app', null);
  const app = await request.app(signal);
  if (app.whose !== undefined) progress.keep(app.whose);
  const sent: { sha256: string; name: string }[] = [];
  for (const file of request.inputs) {
    const sending = (bytes: number) =>
      progress.show(`sending ${file.name} (${formatBytes(file.bytes)})`, bytes / file.bytes);
    const { sha256 } = await client.files.put(
      { name: file.name, body: fileUpload(file, sending) },
      { signal },
    );
    sent.push({ sha256, name: file.name });
  }
  const [input = app.input, ...others] = sent;
  if (input === undefined)
    throw new MeshdeckError('invalid-request', 'Name the table to run it on with --input.');
  const job = {
    app: { name: app.ref, version: app.version },
    input: {
      ...{ sha256: input.sha256, name: input.name },
      ...(request.sheet !== undefined && { sheet: request.sheet }),
    },
    ...(others.length > 0 && { inputs: others }),
    options: { ...request.options, ...(request.reading !== undefined && { reading: request.reading }) },
  };
  return { job, app };
}

/** What a look at the table and the model may explain. */
const isOfTable = (code: ErrorCode) => /^(?:csv|model|picture)-/.test(code);

/** Ctrl-C cancels what is under way; a second one leaves at once. */
function listenForInterrupts(context: CommandContext, cancel: () => void): () => void {
  let heard = false;
  return context.onInterrupt(() => {
    if (heard) return context.leave(130);
    heard = true;
    cancel();
  });
}

/**
 * Sends app and table, follows the job, writes the result.
 *
 * @throws MeshdeckError with the job's own failure, or `cancelled`
 */
export async function runJob(context: CommandContext, client: Api, request: RunRequest): Promise<RunResult> {
  const progress = createProgress(context.terminal);
  const upload = new AbortController();
  let submitted: JobView | null = null;
  let cancelled = false;
  const stopListening = listenForInterrupts(context, () => {
    cancelled = true;
    progress.keep('cancelling; press Ctrl-C again to leave at once');
    upload.abort();
    if (submitted !== null)
      client.jobs.cancel({ id: submitted.id }).catch((error: unknown) => progress.keep(String(error)));
  });
  try {
    const { job: asked, app } = await prepareJob({ client, progress, signal: upload.signal }, request);
    submitted = await client.jobs.create({ body: asked });
    const jobId = submitted.id;
    if (cancelled) await client.jobs.cancel({ id: jobId });
    if (request.detach) return { job: submitted, app, outputPath: null };
    const job = await followJob({ client, jobId, progress, verbose: request.verbose, now: context.now });
    if (request.filesFolder !== undefined) {
      progress.show('fetching the files', null);
      const files = await filesOf(client, jobId);
      await saveFiles(client, jobId, files, request.filesFolder);
      const partial = files.some(({ isPartial }) => isPartial) ? ', partial' : '';
      const count = `${formatNumber(files.length)} ${files.length === 1 ? 'file' : 'files'}`;
      progress.keep(files.length === 0 ? 'It left no files.' : `${count}${partial}: ${request.filesFolder}`);
    }
    if (job.state === 'cancelled') throw new MeshdeckError('cancelled', `Job ${job.id} was cancelled.`);
    if (job.failure !== null) {
      progress.keep(`See it with: meshdeck jobs show ${job.id}`);
      if (request.lookCloser !== undefined && isOfTable(job.failure.code)) {
        progress.keep(`See how the table is read with: ${request.lookCloser}`);
      }
      throw fromFailure(job.failure);
    }
    if (request.outputPath === undefined) return { job, app, outputPath: request.filesFolder ?? null };
    progress.show('fetching the result', null);
    await saveStream(await client.jobs.output({ id: job.id }), request.outputPath, job.output?.sha256);
    return { job, app, outputPath: request.outputPath };
  } catch (error) {
    if (cancelled && upload.signal.aborted && submitted === null) {
      throw new MeshdeckError('cancelled', 'Cancelled before anything ran.', { cause: error });
    }
    throw error;
  } finally {
    stopListening();
    progress.end();
  }
}

/** The one line at the end. */
export function resultLine({ job, outputPath }: RunResult, now: number): string {
  const rows = job.rows === null ? 'The result' : `${formatNumber(job.rows)} rows`;
  const took = formatDuration((job.finishedAt ?? now) - job.createdAt);
  const where = outputPath === null ? `meshdeck jobs download ${job.id} --out P.csv` : outputPath;
  return `${rows} on ${job.nodeName ?? 'a machine'} in ${took}: ${where} (job ${job.id})`;
}
