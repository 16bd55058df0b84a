import {
  MeshdeckError,
  type AppManifest,
  type Drift,
  type JobSummary,
  type JobView,
  type Reach,
  type ResultRows,
  type ResultRowsQuery,
  type ResultSummary,
  type ResultSummaryQuery,
} from '@meshdeck/shared';
import { inTurn } from '../fairness/in-turn.js';
import { createShare } from '../fairness/shares.js';
import type { FileStore } from '../files/types.js';
import type { JobApi } from '../jobs/job-api.js';
import { compareProfiles } from './drift/compare-profiles.js';
import type { TableProfile } from './drift/column-profile.js';
import { earlierJob, earlierTables } from './earlier-tables.js';
import { feedsOf, knownReading } from './known-reading.js';
import type { ResultReader } from './reader.js';
import type { SummaryAnswer } from './read-requests.js';
import { createSharedWork } from './shared-work.js';
import type { ResultFile } from './reading/result-file.js';
import type { SummaryQuestion } from './summarize-table.js';
import type { SummaryStore } from './summary-store.js';
import { withinTime } from './time-limit.js';

/** Who looks, and how far the permission reaches. */
export interface Onlooker {
  id: string;
  reach: Reach;
}

/** `id` may be an unambiguous beginning. All throw `not-found`, and `conflict` for a job that has not ended. */
export interface ResultApi {
  /** @throws MeshdeckError also csv-empty, csv-malformed, invalid-request (a column), too-many-requests, too-large */
  summary(id: string, query: ResultSummaryQuery, by: Onlooker, signal: AbortSignal): Promise<ResultSummary>;
  rows(id: string, query: ResultRowsQuery, by: Onlooker, signal: AbortSignal): Promise<ResultRows>;
}

/** A page near the top of any result, and any page of a small one, is read in a moment. */
const lightOffset = 50_000;
const lightBytes = 4 * 1024 * 1024;

/** Whole results that the one thread reads at once; its memory is for two. Nobody's million rows keep the others out. */
const readShare = { perCaller: 1, inAll: 2, line: 30 };

export function createResultApi(options: {
  jobs: Pick<JobApi, 'get' | 'list' | 'output' | 'ownerOf'>;
  files: Pick<FileStore, 'has' | 'locate'>;
  /** The manifest of a job's app as the job ran it; null where nobody has that content any more. */
  manifestOf: (job: Pick<JobView, 'app' | 'owner'>) => Promise<AppManifest | null>;
  reader: ResultReader;
  store: SummaryStore;
}): ResultApi {
  const { jobs, files, reader, store } = options;
  const enter = createShare(readShare);
  const running = createSharedWork<SummaryAnswer>();

  /** Looks through a whole result when it is this person's turn. */
  const readWhole = <T>(by: Onlooker, signal: AbortSignal, read: (limited: AbortSignal) => Promise<T>) =>
    inTurn(enter(by.id), signal, () => withinTime(signal, read));

  async function fileOf(job: JobView): Promise<ResultFile> {
    const { path } = await jobs.output(job.id);
    const known = knownReading(job);
    // Pictures are no table to compare with.
    const hasInput = job.reading?.pictures === undefined && (await files.has(job.input.sha256));
    return {
      path,
      sha256: job.output?.sha256 ?? '',
      inputPath: hasInput ? await files.locate(job.input.sha256) : null,
      // Only a model's result keeps the form of its table.
      ...(job.app.runtime === 'onnx' && { delimiter: known.delimiter, inputColumns: known.columns }),
      decimal: known.decimal,
      ...(job.reading?.pictures !== undefined && { ofPictures: true }),
    };
  }

  async function questionOf(
    job: JobView,
    { truth, prediction, as }: ResultSummaryQuery,
  ): Promise<SummaryQuestion> {
    const byJob = knownReading(job).truth;
    const manifest = await options.manifestOf(job);
    const byApp = manifest?.sample?.labelColumn;
    return {
      ...(await fileOf(job)),
      truth: truth === 'none' ? null : (truth ?? byJob ?? byApp ?? null),
      truthNamed: truth !== undefined ? 'asked' : byJob !== undefined ? 'job' : 'app',
      prediction,
      as,
    };
  }

  const keyOf = ({ truth, truthNamed, prediction, as }: SummaryQuestion) =>
    JSON.stringify([truth, truth === null ? null : truthNamed, prediction ?? null, as ?? null]);

  /** Reads a result, or waits for whoever reads it already. */
  async function summarize(
    job: JobView,
    query: ResultSummaryQuery,
    by: Onlooker,
    signal: AbortSignal,
  ): Promise<SummaryAnswer> {
    const question = await questionOf(job, query);
    const key = keyOf(question);
    const [summary, profile] = await Promise.all([
      store.summary(job.id, question.sha256, key),
      store.profile(job.id, question.sha256),
    ]);
    if (summary !== null && profile !== null) return { kind: 'summary', summary, profile };
    return running.join(`${job.id} ${key}`, signal, (shared) =>
      readWhole(by, shared, async (limited) => {
        const answer = await reader.ask(
          { kind: 'summary', question, withProfile: profile === null },
          limited,
        );
        if (answer.kind !== 'summary') throw new Error('The thread answered something else.');
        await store.keep(job.id, question.sha256, { key, ...answer });
        await jobs.ownerOf(job.id).catch(() => store.forget(job.id));
        return { ...answer, profile: answer.profile ?? profile };
      }),
    );
  }

  async function profileOf(job: JobSummary, by: Onlooker, signal: AbortSignal): Promise<TableProfile> {
    const { profile } = await summarize(await jobs.get(job.id), {}, by, signal);
    if (profile === null) throw new MeshdeckError('internal', 'A table was read without its columns.');
    return profile;
  }

  async function driftOf(
    job: JobView,
    current: TableProfile,
    against: string | undefined,
    by: Onlooker,
    signal: AbortSignal,
  ): Promise<Drift> {
    const feeds = feedsOf(job);
    if (against !== undefined) {
      const other = await jobs.get(against);
      const profile = await profileOf(other, by, signal);
      return compareProfiles(current, [{ job: earlierJob(other, profile), profile }], { feeds });
    }
    const { tables, leftOut } = await earlierTables(job, by.reach === 'all' ? 'all' : 'own', {
      list: jobs.list,
      stored: async (each) => (each.output === null ? null : store.profile(each.id, each.output.sha256)),
      read: (each) => profileOf(each, by, signal),
    });
    signal.throwIfAborted();
    return compareProfiles(current, tables, { feeds, jobsLeftOut: leftOut });
  }

  return {
    async summary(id, query, by, signal) {
      const job = await jobs.get(id);
      const { summary, profile } = await summarize(job, query, by, signal);
      if (profile === null) throw new MeshdeckError('internal', 'A table was read without its columns.');
      return { jobId: job.id, ...summary, drift: await driftOf(job, profile, query.against, by, signal) };
    },
    async rows(id, query, by, signal) {
      const job = await jobs.get(id);
      const file = await fileOf(job);
      const ask = async (limited: AbortSignal): Promise<ResultRows> => {
        const answer = await reader.ask({ kind: 'rows', file, query }, limited);
        if (answer.kind !== 'rows') throw new Error('The thread answered something else.');
        return answer.page.rowsTotal === null && job.rows !== null
          ? { ...answer.page, rowsTotal: job.rows }
          : answer.page;
      };
      const isLarge = (job.output?.bytes ?? 0) > lightBytes;
      const isHeavy = isLarge && (query.sort !== undefined || query.offset > lightOffset);
      return isHeavy ? readWhole(by, signal, ask) : ask(signal);
    },
  };
}
