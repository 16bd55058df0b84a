import {
  isFinal,
  MeshdeckError,
  type JobState,
  type PersonId,
  type SweepRequest,
  type SweepView,
} from '@meshdeck/shared';
import { pageOf, type PageQuery } from '../../http/paging.js';
import type { Submitter } from '../../users/submitter.js';
import type { JobApi } from '../job-api.js';
import type { JobDocument } from '../job-document.js';
import type { JobRepository } from '../store/job-repository.js';
import type { JobSubmission } from '../submission/submit-jobs.js';
import { sweepFigures } from './sweep-figures.js';
import { sortedRows, sweepRow } from './sweep-row.js';

/** All throw `not-found`. */
export interface SweepApi {
  /** @throws MeshdeckError also what a single job throws */
  create(request: SweepRequest, by: Submitter, signal?: AbortSignal): Promise<{ id: string; jobs: string[] }>;
  get(id: string, page: PageQuery & { sort: string; descending: boolean }): Promise<SweepView>;
  /** How many were cancelled. */
  cancel(id: string): Promise<number>;
  ownerOf(id: string): Promise<PersonId>;
}

export function createSweepApi(options: {
  repository: Pick<JobRepository, 'page'>;
  submission: Pick<JobSubmission, 'createSweep'>;
  cancelJob: JobApi['cancel'];
  now: () => number;
}): SweepApi {
  async function jobsOf(id: string): Promise<[JobDocument, ...JobDocument[]]> {
    const { jobs } = await options.repository.page({ sweep: id, limit: 2000, mostBytes: Infinity });
    const [first, ...others] = jobs;
    if (first !== undefined) return [first, ...others];
    throw new MeshdeckError('not-found', `There is no sweep "${id}"; its jobs may have been removed.`);
  }

  return {
    create: (request, by, signal) => options.submission.createSweep(request, by, signal),
    async ownerOf(id) {
      const { jobs } = await options.repository.page({ sweep: id, limit: 1 });
      const [first] = jobs;
      if (first !== undefined) return first.owner;
      throw new MeshdeckError('not-found', `There is no sweep "${id}"; its jobs may have been removed.`);
    },

    async get(id, { sort, descending, ...page }) {
      const jobs = await jobsOf(id);
      const [{ app, sweep, ownerName, createdAt }] = jobs;
      const byState: Partial<Record<JobState, number>> = {};
      for (const { state } of jobs) byState[state] = (byState[state] ?? 0) + 1;
      const at = options.now();
      const wanted = /^figure:(.*)$/s.exec(sort)?.[1];
      const figures = sweepFigures(jobs, wanted);
      if (
        wanted !== undefined &&
        figures.figureCount > 0 &&
        !figures.figures.some(({ name }) => name === wanted)
      )
        throw new MeshdeckError(
          'invalid-request',
          `No job of this sweep has told a number "${wanted}" so far. There are: ${figures.figures.map(({ name }) => name).join(', ') || 'none'}.`,
        );
      const names = figures.figures.map(({ name }) => name);
      const rows = sortedRows(
        jobs.map((job) => sweepRow(job, names, at)),
        sort,
        descending,
      );
      const { page: shown, nextCursor } = pageOf(rows, page, ({ jobId }) => jobId);
      return {
        id,
        name: sweep?.name ?? id,
        app: { name: app.name, ref: app.ref, title: app.title, version: app.version },
        ...{ ownerName, createdAt, byState, nextCursor },
        params: sweep?.params ?? [],
        ...figures,
        total: jobs.length,
        rows: shown,
      };
    },

    async cancel(id) {
      let cancelled = 0;
      for (const job of await jobsOf(id)) {
        if (isFinal(job.state)) continue;
        try {
          await options.cancelJob(job.id);
          cancelled += 1;
        } catch (error) {
          // It has ended since.
          if (!(error instanceof MeshdeckError && error.code === 'conflict')) throw error;
        }
      }
      return cancelled;
    },
  };
}
