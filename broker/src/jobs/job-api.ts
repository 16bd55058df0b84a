import {
  isFinal,
  MeshdeckError,
  type DecisionMachines,
  type JobRequest,
  type JobSummary,
  type JobView,
  type PersonId,
  type Why,
  type JobCounts,
  type JobOptionsChange,
  type JobPage,
  type RunFiguresPage,
} from '@meshdeck/shared';
import type { FileStore } from '../files/types.js';
import type { JobTransport } from '../transport/job-transport.js';
import type { Submitter } from '../users/submitter.js';
import type { DropCounts } from './attempts/duplicate-reports.js';
import { cancelled, openAttempts } from './attempts/job-state-machine.js';
import type { CompletionWaiters } from './completion-waiters.js';
import type { Dispatcher } from './dispatch/dispatcher.js';
import type { JobFileLists } from './files/file-lists.js';
import { figuresOf } from './files/figures.js';
import { createJobFiles, type JobFilesApi } from './files/job-files.js';
import type { JobDecisions } from './dispatch/job-decisions.js';
import type { JobDocument } from './job-document.js';
import { createJobLogs, type JobLogs } from './job-logs.js';
import type { JobQuery } from './job-query.js';
import { jobSummary, jobView, type JobNow } from './job-view.js';
import { outputOf, type JobOutput } from './results/job-output.js';
import type { ProvenanceInParts } from './results/provenance-service.js';
import type { Verifier } from './results/verifier.js';
import type { FindJob } from './store/find-job.js';
import type { FinishedJobUpdates } from './store/finished-job-updates.js';
import type { JobFolders } from './store/job-folder.js';
import type { JobRepository } from './store/job-repository.js';
import type { JobSubmission } from './submission/submit-jobs.js';

/** `id` may be an unambiguous beginning. All throw `not-found`; `conflict` where the state does not allow it. */
export interface JobApi extends JobLogs, JobFilesApi {
  list(query: JobQuery): Promise<JobPage>;
  /** What the jobs of this page wrote into their `metrics.json`. */
  figures(query: JobQuery): Promise<RunFiguresPage>;
  /** With `waitMs`: as it is when it has ended, or as it is after so long. */
  get(id: string, options?: { waitMs?: number }): Promise<JobView>;
  /** Whose job it is. */
  ownerOf(id: string): Promise<PersonId>;
  /**
   * With `waitMs`, as the job is once it has ended, or after so long. Where the signal aborts before there is a job, there
   * will be none. @throws MeshdeckError also `limit-reached`, and the signal's reason
   */
  create(
    request: JobRequest,
    by: Submitter,
    options?: { waitMs?: number; signal?: AbortSignal },
  ): Promise<JobView>;
  /** All or, where one of them cannot be, none. Their ids, in order. */
  createMany(requests: readonly JobRequest[], by: Submitter, signal?: AbortSignal): Promise<string[]>;
  cancel(id: string): Promise<JobView>;
  /** The new job, which belongs to whoever asked for it: the same app and table, with the same options but for `change`. */
  rerun(id: string, by: Submitter, change?: JobOptionsChange): Promise<JobView>;
  remove(id: string): Promise<void>;
  /** Begins a run that makes the result again; the hub compares the two when it has ended. Answers that run. */
  verify(id: string, by: Submitter): Promise<JobView>;
  provenance(id: string): Promise<ProvenanceInParts>;
  /** The newest decisions, or those before the `before`th: as many as make a page. */
  why(id: string, before?: number): Promise<Why>;
  /** A page of the machines of one decision of that. */
  whyMachines(id: string, number: number, page: { from: number; limit: number }): Promise<DecisionMachines>;
  /** Where the result lies on disk, and the file name people should get. */
  output(id: string): Promise<JobOutput>;
  /** Of one person, or of all. Cheap: asked every few seconds by whoever looks at jobs. */
  counts(owner?: PersonId): JobCounts;
  /** Reports dropped since the hub started. */
  dropped(): { duplicates: number; late: number };
}

/** The jobs as people and their programs handle them. */
export function createJobApi(options: {
  repository: JobRepository;
  find: FindJob;
  verifier: Verifier;
  submission: JobSubmission;
  finishedJobUpdates: Pick<FinishedJobUpdates, 'remove'>;
  folders: Pick<JobFolders, 'logs' | 'allLogs' | 'remove'>;
  /** The newest looks at the mesh for a job, the one that left it waiting too, or those before the `before`th. */
  decisions: Pick<JobDecisions, 'page' | 'machines'>;
  provenance: (job: JobDocument) => Promise<ProvenanceInParts>;
  dropped: () => DropCounts;
  files: Pick<FileStore, 'locate' | 'open'>;
  lists: Pick<JobFileLists, 'read'>;
  dispatcher: Pick<Dispatcher, 'waiting' | 'forget' | 'wake'>;
  completionWaiters: Pick<CompletionWaiters, 'wait'>;
  transport: Pick<JobTransport, 'send'>;
  /** When an unfinished job should be done, unix ms. */
  finishAt: (job: JobDocument) => number | null;
  now: () => number;
}): JobApi & { summary(job: JobDocument): JobSummary } {
  const { repository, find, folders, submission, dispatcher, verifier, finishedJobUpdates, now } = options;

  const nowOf = (job: JobDocument): JobNow => ({
    waitingFor: dispatcher.waiting(job.id)?.summary ?? null,
    waitingSince: dispatcher.waiting(job.id)?.since ?? null,
    predictedFinishAt: options.finishAt(job),
    verifications: verifier.verificationsOf(job),
  });
  const view = (job: JobDocument): JobView => jobView(job, nowOf(job));
  const summary = (job: JobDocument): JobSummary => jobSummary(job, nowOf(job));

  return {
    summary,

    async list({ limit, before, onRead, ...search }) {
      const { jobs, hasMore, readBytes } = await repository.page({ ...search, limit, before });
      onRead?.(readBytes);
      return {
        jobs: jobs.map(summary),
        nextBefore: hasMore ? (jobs.at(-1)?.createdAt ?? null) : null,
      };
    },

    async figures({ limit, before, onRead, ...search }) {
      const { jobs, hasMore, readBytes } = await repository.page({ ...search, limit, before });
      onRead?.(readBytes);
      return { runs: jobs.flatMap(figuresOf), nextBefore: hasMore ? (jobs.at(-1)?.createdAt ?? null) : null };
    },

    async get(id, { waitMs = 0 } = {}) {
      const job = await find(id);
      if (waitMs === 0 || isFinal(job.state)) return view(job);
      const waiting = options.completionWaiters.wait(job.id, waitMs);
      // It may have ended between the look and the waiting, and nobody says so twice.
      const current = await find(job.id);
      if (isFinal(current.state)) waiting.cancel();
      return view((await waiting.ended) ?? (await find(job.id)));
    },
    ownerOf: async (id) => (await find(id)).owner,
    create: async (request, by, how) => view(await submission.create(request, by, how)),
    createMany: submission.createMany,
    rerun: async (id, by, change) => view(await submission.rerun(id, by, change)),

    async cancel(id) {
      const { id: jobId } = await find(id);
      // As it is now: it may have ended since it was looked up.
      const job = repository.find(jobId) ?? (await find(jobId));
      const next = cancelled(job, now());
      if (next === null) {
        throw new MeshdeckError(
          'conflict',
          `The job has already ${job.state === 'cancelled' ? 'been cancelled' : job.state}.`,
        );
      }
      await repository.save(next);
      dispatcher.forget(job.id);
      for (const attempt of job.tasks.flatMap(openAttempts)) {
        await options.transport.send(attempt.nodeId, {
          type: 'cancel',
          attemptId: attempt.id,
          reason: 'The job was cancelled.',
          keepFiles: true,
        });
      }
      dispatcher.wake();
      return view(next);
    },

    verify: async (id, by) => view(await verifier.verify(id, by)),
    provenance: async (id) => options.provenance(await find(id)),

    async remove(id) {
      const job = await find(id);
      if (!isFinal(job.state)) {
        throw new MeshdeckError('conflict', 'The job is not finished. Cancel it first.');
      }
      await finishedJobUpdates.remove(job.id);
      await folders.remove(job.id);
    },

    async why(id, before): Promise<Why> {
      const job = await find(id);
      const { decisions, earlier } = await options.decisions.page(job, before);
      const summary =
        (job.state === 'failed' || job.state === 'cancelled' ? job.failure?.message : undefined) ??
        decisions.at(-1)?.summary ??
        'The job waits for its turn.';
      return { jobId: job.id, state: job.state, summary, decisions, earlier };
    },

    whyMachines: async (id, number, page) => options.decisions.machines(await find(id), number, page),

    ...createJobLogs({ find, folders }),
    ...createJobFiles({ find, files: options.files, lists: options.lists }),
    output: async (id) => outputOf(await find(id), options.files),
    counts: (owner) => ({ byState: repository.counts(owner), deadLetters: repository.deadLetters(owner) }),
    dropped: options.dropped,
  };
}
