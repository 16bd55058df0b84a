import { randomInt } from 'node:crypto';
import {
  isFinal,
  MeshdeckError,
  type JobRequest,
  type JobState,
  type JobSummary,
  type JobView,
  type LogMessage,
  type Why,
} from '@meshdeck/shared';
import type { ResolvedApp } from '../apps/app-repository.js';
import type { FileStore } from '../files/types.js';
import type { JobServices, Submitter } from '../http/services.js';
import type { Dispatcher } from './dispatcher.js';
import type { JobBook } from './job-book.js';
import type { JobDocument } from './job-document.js';
import type { JobFolders } from './job-folder.js';
import type { JobEndings } from './job-endings.js';
import { cancelled, openAttempts, split } from './job-life.js';
import { jobSummary, jobView } from './job-view.js';
import type { Sharding } from './sharding.js';
import type { TableRows } from './table-rows.js';
import type { JobTransport } from './transport.js';

const idAlphabet = '0123456789abcdefghjkmnpqrstvwxyz';

function newJobId(): string {
  return Array.from({ length: 10 }, () => idAlphabet[randomInt(idAlphabet.length)]).join('');
}

/** The jobs as people and their programs handle them. */
export function createJobServices(options: {
  book: JobBook;
  folders: JobFolders;
  files: Pick<FileStore, 'size' | 'path'>;
  resolveApp: (name: string, version?: string) => Promise<ResolvedApp>;
  resolveNode: (ref: string) => string;
  dispatcher: Dispatcher;
  sharding: Pick<Sharding, 'wake'>;
  endings: Pick<JobEndings, 'wait'>;
  rowsOf: TableRows['of'];
  transport: JobTransport;
  /** How many unfinished jobs this person may have; null: any number. */
  waitingLimit: (personId: string) => number | null;
  /** Whether they brought this file themselves. */
  hasBrought: (sha256: string, personId: string) => boolean;
  /** When an unfinished job should be done, unix ms. */
  finishAt: (job: JobDocument) => number | null;
  now: () => number;
}): JobServices & { summary(job: JobDocument): JobSummary } {
  const { book, folders, files, dispatcher, now } = options;

  async function find(ref: string): Promise<JobDocument> {
    const exact = await book.get(ref);
    if (exact !== null) return exact;
    const matches = ref.length >= 2 ? await book.findByPrefix(ref) : [];
    if (matches.length === 1 && matches[0] !== undefined) return matches[0];
    throw new MeshdeckError(
      'not-found',
      matches.length > 1
        ? `More than one job begins with ${ref}. Give more of its id.`
        : `There is no job ${ref}. "meshdeck jobs list" shows those there are.`,
    );
  }

  const nowOf = (job: JobDocument) => ({
    waitingFor: dispatcher.waiting(job.id)?.summary ?? null,
    predictedFinishAt: options.finishAt(job),
  });
  const view = (job: JobDocument): JobView => jobView(job, nowOf(job));

  /** So many more jobs of this person. @throws MeshdeckError `limit-reached` */
  function requireRoom(by: Submitter, more: number): void {
    const limit = options.waitingLimit(by.id);
    if (limit === null) return;
    const unfinished = [...book.active()].filter(({ owner }) => owner === by.id).length;
    if (unfinished + more <= limit) return;
    throw new MeshdeckError(
      'limit-reached',
      `You have ${unfinished} unfinished ${unfinished === 1 ? 'job' : 'jobs'} and may have ${limit}. Wait for one to end, cancel one, or ask an admin for more.`,
    );
  }

  /** The job as it is to be, not stored yet. */
  async function draft(request: JobRequest, by: Submitter): Promise<JobDocument> {
    const app = await options.resolveApp(request.app.name, request.app.version);
    if (app.manifest.kind !== 'batch') {
      throw new MeshdeckError(
        'app-invalid',
        `${app.name} is a ${app.manifest.kind} app; only batch apps run on a table.`,
      );
    }
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
    const { options: asked } = request;
    const nodeId = asked.nodeId === undefined ? undefined : options.resolveNode(asked.nodeId);
    const job: JobDocument = {
      id: newJobId(),
      name: request.name ?? `${app.title} on ${request.input.name}`.slice(0, 80),
      owner: by.id,
      ownerName: by.name,
      state: 'queued',
      app: {
        name: app.name,
        title: app.title,
        version: app.version,
        runtime: app.manifest.runtime,
        bundle: app.bundle,
      },
      entry: app.manifest.entry,
      input: { ...request.input, bytes },
      output: null,
      rows: null,
      createdAt: now(),
      startedAt: null,
      finishedAt: null,
      failure: null,
      options: {
        ...asked,
        ...(nodeId !== undefined && { nodeId }),
        ...(!mayBeSplit && { shards: undefined }),
      },
      limits: {
        ...app.manifest.limits,
        ...(asked.timeoutSeconds !== undefined && { timeSeconds: asked.timeoutSeconds }),
      },
      needs: app.manifest.needs,
      tasks: [],
      nextToken: 1,
      droppedReports: 0,
    };
    const rows = job.options.shards === undefined ? options.rowsOf(job.input.sha256) : undefined;
    return rows === undefined ? job : (split(job, [{ shard: null, rows }]) ?? job);
  }

  /** Placed in the same moment where a machine is free, so that both are on disk at once. */
  async function submit(job: JobDocument): Promise<void> {
    const saved = book.save(job);
    if (job.tasks.length === 0) options.sharding.wake();
    else dispatcher.wake();
    await saved;
  }

  async function create(request: JobRequest, by: Submitter): Promise<JobView> {
    const job = await draft(request, by);
    // In the same moment as it is taken in: many calls at once are no way around.
    requireRoom(by, 1);
    await submit(job);
    return view(book.find(job.id) ?? job);
  }

  return {
    summary: (job) => jobSummary(job, nowOf(job)),

    async list({ states, limit, before, owner }) {
      const jobs = await book.list({ states, limit: limit + 1, before, owner });
      const page = jobs.slice(0, limit);
      return {
        jobs: page.map((job) => jobSummary(job, nowOf(job))),
        nextBefore: jobs.length > limit ? (page.at(-1)?.createdAt ?? null) : null,
      };
    },

    async get(id, { waitMs = 0 } = {}) {
      const job = await find(id);
      if (waitMs === 0 || isFinal(job.state)) return view(job);
      await options.endings.wait(job.id, waitMs);
      return view(await find(job.id));
    },
    ownerOf: async (id) => (await find(id)).owner,
    create,

    async createMany(requests, by) {
      const drafts = await Promise.all(requests.map((request) => draft(request, by)));
      requireRoom(by, drafts.length);
      await Promise.all(drafts.map(submit));
      return drafts.map(({ id }) => id);
    },

    async cancel(id) {
      const { id: jobId } = await find(id);
      // As it is now: it may have ended since it was looked up.
      const job = book.find(jobId) ?? (await find(jobId));
      const next = cancelled(job, now());
      if (next === null) {
        throw new MeshdeckError(
          'conflict',
          `The job has already ${job.state === 'cancelled' ? 'been cancelled' : job.state}.`,
        );
      }
      await book.save(next);
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

    async rerun(id, by) {
      const { name, app, input, options: asked } = await find(id);
      const request = {
        name,
        app: { name: app.name, version: app.version },
        input: { sha256: input.sha256, name: input.name },
        options: asked,
      };
      // Whoever may run the job again may use its table.
      return create(request, { ...by, reach: 'all' });
    },

    async remove(id) {
      const job = await find(id);
      if (!isFinal(job.state)) {
        throw new MeshdeckError('conflict', 'The job is not finished. Cancel it first.');
      }
      await book.remove(job.id);
      await folders.remove(job.id);
    },

    logs: async (id): Promise<LogMessage[]> => folders.logs((await find(id)).id),

    async why(id): Promise<Why> {
      const job = await find(id);
      const stored = await folders.decisions(job.id);
      const waiting = dispatcher.waiting(job.id);
      const decisions =
        waiting === undefined
          ? stored
          : [
              ...stored.filter(({ outcome, attempt }) => outcome === 'placed' || attempt !== waiting.attempt),
              waiting,
            ];
      const summary =
        (job.state === 'failed' || job.state === 'cancelled' ? job.failure?.message : undefined) ??
        decisions.at(-1)?.summary ??
        'The job waits for its turn.';
      return { jobId: job.id, state: job.state, summary, decisions };
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
        path: files.path(job.output.sha256),
        name: `${base}-predictions.csv`,
        bytes: job.output.bytes,
      };
    },

    counts: (): Partial<Record<JobState, number>> => book.counts(),
  };
}
