import {
  changedReading,
  isFinal,
  MeshdeckError,
  saysNothing,
  shortAttemptId,
  type AttemptId,
  type Decision,
  type JobRequest,
  type JobSummary,
  type JobView,
  type NodeId,
  type PersonId,
  type Why,
  type JobCounts,
  type JobOptionsChange,
  type JobPage,
  type LogMessage,
  type LogPage,
} from '@meshdeck/shared';
import type { Submitter } from '../users/submitter.js';
import type { ProvenanceInParts } from './results/provenance-service.js';
import type { JobLogQuery, JobQuery } from './job-query.js';
import { requireBatch, requireModel, type AppRepository, type ResolvedApp } from '../apps/index.js';
import type { FileStore } from '../files/types.js';
import type { Admission } from './admission.js';
import type { FinishedJobUpdates } from './store/finished-job-updates.js';
import type { Dispatcher } from './dispatch/dispatcher.js';
import type { DropCounts } from './attempts/duplicate-reports.js';
import type { FindJob } from './store/find-job.js';
import type { JobRepository } from './store/job-repository.js';
import { isDeadLetter, type JobDocument } from './job-document.js';
import type { JobFolders } from './store/job-folder.js';
import { changedOptions } from './changed-options.js';
import type { CompletionWaiters } from './completion-waiters.js';
import { newJob } from './new-job.js';
import { cancelled, openAttempts, split } from './attempts/job-state-machine.js';
import { jobSummary, jobView, type JobNow } from './job-view.js';
import type { Sharding } from './dispatch/sharding.js';
import type { TableRows } from './dispatch/table-rows.js';
import type { JobTransport } from '../transport/job-transport.js';
import type { Verifier } from './results/verifier.js';

/** `id` may be an unambiguous beginning. All throw `not-found`; `conflict` where the state does not allow it. */
export interface JobApi {
  list(query: JobQuery): Promise<JobPage>;
  /** With `waitMs`: as it is when it has ended, or as it is after so long. */
  get(id: string, options?: { waitMs?: number }): Promise<JobView>;
  /** Whose job it is. */
  ownerOf(id: string): Promise<PersonId>;
  /** With `waitMs`, as the job is once it has ended, or after so long. @throws MeshdeckError also `limit-reached` */
  create(request: JobRequest, by: Submitter, options?: { waitMs?: number }): Promise<JobView>;
  /** All or, where one of them cannot be, none. Their ids, in order. */
  createMany(requests: readonly JobRequest[], by: Submitter): Promise<string[]>;
  cancel(id: string): Promise<JobView>;
  /** The new job, which belongs to whoever asked for it: the same app and table, with the same options but for `change`. */
  rerun(id: string, by: Submitter, change?: JobOptionsChange): Promise<JobView>;
  remove(id: string): Promise<void>;
  /** Begins a run that makes the result again; the hub compares the two when it has ended. Answers that run. */
  verify(id: string, by: Submitter): Promise<JobView>;
  provenance(id: string): Promise<ProvenanceInParts>;
  /** A page, of one attempt (its id, or `part-number`) or of all. */
  logs(id: string, query: JobLogQuery): Promise<LogPage>;
  /** The whole, read as it is taken. */
  allLogs(id: string, attempt?: string): Promise<AsyncIterable<LogMessage>>;
  /** The newest decisions, or those before the `before`th: as many as make a page. */
  why(id: string, before?: number): Promise<Why>;
  /** Where the result lies on disk, and the file name people should get. */
  output(id: string): Promise<{ path: string; name: string; bytes: number }>;
  /** Of one person, or of all. Cheap: asked every few seconds by whoever looks at jobs. */
  counts(owner?: PersonId): JobCounts;
  /** Reports dropped since the hub started. */
  dropped(): { duplicates: number; late: number };
}

/** Many jobs at once are taken in by so many, with a chance for others in between. */
const sliceLength = 50;
const othersTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

function* slicesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += sliceLength) yield items.slice(at, at + sliceLength);
}

/** The jobs as people and their programs handle them. */
export function createJobApi(options: {
  repository: JobRepository;
  find: FindJob;
  verifier: Verifier;
  finishedJobUpdates: FinishedJobUpdates;
  folders: JobFolders;
  /** The newest looks at the mesh for a job, the one that left it waiting too, or those before the `before`th. */
  decisionPage: (job: JobDocument, before?: number) => Promise<{ decisions: Decision[]; earlier: number }>;
  provenance: (job: JobDocument) => Promise<ProvenanceInParts>;
  dropped: () => DropCounts;
  files: Pick<FileStore, 'size' | 'locate'>;
  apps: Pick<AppRepository, 'resolve' | 'resolveContent'>;
  resolveNode: (ref: string) => NodeId;
  dispatcher: Dispatcher;
  sharding: Pick<Sharding, 'wake'>;
  completionWaiters: Pick<CompletionWaiters, 'wait'>;
  rowsOf: TableRows['of'];
  transport: JobTransport;
  admission: Admission;
  /** Whether they brought this file themselves. */
  hasBrought: (sha256: string, personId: PersonId) => boolean;
  /** When an unfinished job should be done, unix ms. */
  finishAt: (job: JobDocument) => number | null;
  now: () => number;
}): JobApi & { summary(job: JobDocument): JobSummary } {
  const { repository, find, folders, files, dispatcher, verifier, finishedJobUpdates, now } = options;

  const nowOf = (job: JobDocument): JobNow => ({
    waitingFor: dispatcher.waiting(job.id)?.summary ?? null,
    waitingSince: dispatcher.waiting(job.id)?.since ?? null,
    predictedFinishAt: options.finishAt(job),
    verifications: verifier.verificationsOf(job),
  });
  const view = (job: JobDocument): JobView => jobView(job, nowOf(job));
  const summary = (job: JobDocument): JobSummary => jobSummary(job, nowOf(job));

  /** What the app remembers, and what this job says on top of it. */
  function readingOf(app: ResolvedApp, { options: { reading } }: JobRequest) {
    const told = changedReading(app.reading, reading ?? {});
    if (saysNothing(told)) return undefined;
    requireModel(app.name, app.manifest.runtime);
    return told;
  }

  /** The job as it is to be, not stored yet. */
  async function draft(request: JobRequest, by: Submitter, same?: ResolvedApp): Promise<JobDocument> {
    const { name: ref, version } = request.app;
    const app = same ?? (await options.apps.resolve(ref, { version, personId: by.id }));
    requireBatch(app);
    const { manifest } = app;
    const mayBeSplit = manifest.runtime === 'onnx' || manifest.rows === 'independent';
    if (typeof request.options.shards === 'number' && request.options.shards > 1 && !mayBeSplit) {
      throw new MeshdeckError(
        'invalid-request',
        `${app.name} does not say that its rows may be worked on apart. Add "rows": "independent" to its meshdeck.json if they may, or leave --shards out.`,
      );
    }
    const { sha256 } = request.input;
    const mayUse = by.reach === 'all' || options.hasBrought(sha256, by.id);
    const bytes = mayUse ? await files.size(sha256) : null;
    if (bytes === null) {
      throw new MeshdeckError('not-found', 'The input table is not in the store. Upload it first.');
    }
    const { reading: _asked, ...asked } = request.options;
    const reading = readingOf(app, request);
    const nodeId = asked.nodeId === undefined ? undefined : options.resolveNode(asked.nodeId);
    const job = newJob(
      {
        name: request.name ?? `${app.title} on ${request.input.name}`.slice(0, 80),
        owner: by.id,
        ownerName: by.name,
        app: {
          name: app.name,
          ref: app.ref,
          title: app.title,
          version: app.version,
          runtime: app.manifest.runtime,
          bundle: app.bundle,
        },
        entry: app.manifest.entry,
        input: { ...request.input, bytes },
        options: {
          ...asked,
          ...(nodeId !== undefined && { nodeId }),
          ...(!mayBeSplit && { shards: undefined }),
          ...(reading !== undefined && { reading }),
        },
        limits: {
          ...app.manifest.limits,
          ...(asked.timeoutSeconds !== undefined && { timeSeconds: asked.timeoutSeconds }),
        },
        needs: app.manifest.needs,
      },
      now(),
    );
    const rows = job.options.shards === undefined ? options.rowsOf(job.input.sha256) : undefined;
    return rows === undefined ? job : (split(job, [{ shard: null, rows }]) ?? job);
  }

  /**
   * Placed in the same moment where a machine is free, so that both are on disk at once. Whoever is told nothing before
   * the job has ended needs no promise that it is kept until then.
   */
  async function submit(job: JobDocument, { told = true } = {}): Promise<void> {
    const saved = told ? repository.save(job) : repository.saveSoon(job);
    if (job.tasks.length === 0) options.sharding.wake();
    else dispatcher.wakeNow();
    await saved;
  }

  async function create(
    request: JobRequest,
    by: Submitter,
    { waitMs = 0, app }: { waitMs?: number; app?: ResolvedApp } = {},
  ): Promise<JobView> {
    const job = await draft(request, by, app);
    options.admission.admit(by.id, [job]);
    const waiting = waitMs === 0 ? undefined : options.completionWaiters.wait(job.id, waitMs);
    try {
      await submit(job, { told: waitMs === 0 });
    } catch (error) {
      waiting?.cancel();
      throw error;
    }
    const ended = await waiting?.ended;
    return view(ended ?? repository.find(job.id) ?? job);
  }

  /** The whole id of an attempt that is named by it or by its end. */
  function attemptOf(job: JobDocument, attempt: string | undefined): AttemptId | undefined {
    if (attempt === undefined) return undefined;
    const ids = job.tasks.flatMap((task) => task.attempts.map((one) => one.id));
    const known = ids.find((one) => one === attempt || shortAttemptId(one) === attempt);
    if (known !== undefined) return known;
    throw new MeshdeckError(
      'not-found',
      `The job has no attempt ${attempt}. "meshdeck jobs show ${job.id}" shows those it has.`,
    );
  }

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
    create: (request, by, { waitMs = 0 } = {}) => create(request, by, { waitMs }),

    async createMany(requests, by) {
      const drafts: JobDocument[] = [];
      for (const some of slicesOf(requests)) {
        drafts.push(...(await Promise.all(some.map((request) => draft(request, by)))));
        await othersTurn();
      }
      const taken = options.admission.hold(by.id, drafts);
      const submitted: Promise<void>[] = [];
      for (const some of slicesOf(drafts)) {
        for (const job of some) taken(job);
        submitted.push(...some.map((job) => submit(job)));
        await othersTurn();
      }
      await Promise.all(submitted);
      return drafts.map(({ id }) => id);
    },

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
        });
      }
      dispatcher.wake();
      return view(next);
    },

    async rerun(id, by, change = {}) {
      const job = await find(id);
      const { name, app, input, options: asked } = job;
      const request = {
        name,
        app: { name: app.name, version: app.version },
        input: { sha256: input.sha256, name: input.name },
        options: changedOptions(asked, change),
      };
      // Whoever may run the job again may use its table.
      // By its content: whoever asks may mean another app by its name. It is read as it was, whatever whoever has that app
      // has told it since.
      const wanted = { ref: app.ref, personId: by.id };
      const same = await options.apps.resolveContent(app.name, app.bundle.sha256, wanted);
      const next = await create(request, { ...by, reach: 'all' }, { app: { ...same, reading: {} } });
      const settled = { at: now(), how: 'rerun', jobId: next.id } as const;
      if (isDeadLetter(job)) await finishedJobUpdates.amend(job.id, (current) => ({ ...current, settled }));
      return next;
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

    async logs(id, { attempt, ...query }) {
      const job = await find(id);
      return folders.logs(job.id, { ...query, attemptId: attemptOf(job, attempt) });
    },

    async allLogs(id, attempt) {
      const job = await find(id);
      return folders.allLogs(job.id, attemptOf(job, attempt));
    },

    async why(id, before): Promise<Why> {
      const job = await find(id);
      const { decisions, earlier } = await options.decisionPage(job, before);
      const summary =
        (job.state === 'failed' || job.state === 'cancelled' ? job.failure?.message : undefined) ??
        decisions.at(-1)?.summary ??
        'The job waits for its turn.';
      return { jobId: job.id, state: job.state, summary, decisions, earlier };
    },

    async output(id) {
      const job = await find(id);
      if (job.output === null) {
        throw new MeshdeckError(
          isFinal(job.state) ? 'not-found' : 'conflict',
          isFinal(job.state)
            ? `The job has no result: it ${job.state === 'failed' ? 'failed' : 'was cancelled'}.`
            : 'The job is not finished yet.',
        );
      }
      const base = job.input.name.replace(/\.[A-Za-z0-9]{1,5}$/, '');
      return {
        path: await files.locate(job.output.sha256),
        name: `${base}-predictions.csv`,
        bytes: job.output.bytes,
      };
    },

    counts: (owner) => ({ byState: repository.counts(owner), deadLetters: repository.deadLetters(owner) }),
    dropped: options.dropped,
  };
}
