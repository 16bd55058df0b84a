import {
  MeshdeckError,
  expandSweep,
  formatParams,
  type JobOptionsChange,
  type JobRequest,
  type SweepRequest,
} from '@meshdeck/shared';
import type { AppRepository } from '../../apps/index.js';
import type { Submitter } from '../../users/submitter.js';
import type { Admission } from '../admission.js';
import { changedOptions } from '../changed-options.js';
import type { CompletionWaiters } from '../completion-waiters.js';
import type { Dispatcher } from '../dispatch/dispatcher.js';
import type { Sharding } from '../dispatch/sharding.js';
import { isDeadLetter, type JobDocument } from '../job-document.js';
import { newJobId } from '../job-id.js';
import type { FindJob } from '../store/find-job.js';
import type { FinishedJobUpdates } from '../store/finished-job-updates.js';
import type { JobRepository } from '../store/job-repository.js';
import type { DraftJob } from './draft-job.js';

/** How jobs come in. All throw what a draft throws, and `limit-reached`. */
export interface JobSubmission {
  /**
   * With `waitMs`, as the job is once it has ended, or after so long. Where the signal aborts before there is a job, there
   * will be none; so with the others. @throws also its reason
   */
  create(
    request: JobRequest,
    by: Submitter,
    options?: { waitMs?: number; signal?: AbortSignal },
  ): Promise<JobDocument>;
  /** All or, where one of them cannot be, none. Their ids, in order. */
  createMany(requests: readonly JobRequest[], by: Submitter, signal?: AbortSignal): Promise<string[]>;
  /** A job for each combination of values; all, or where one of them cannot be, none. */
  createSweep(
    request: SweepRequest,
    by: Submitter,
    signal?: AbortSignal,
  ): Promise<{ id: string; jobs: string[] }>;
  /** The new job, which belongs to whoever asked for it: the same app and table, with the same options but for `change`. */
  rerun(id: string, by: Submitter, change?: JobOptionsChange): Promise<JobDocument>;
}

/** Many jobs at once are taken in by so many, with a chance for others in between. */
const sliceLength = 50;
const othersTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

function* slicesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += sliceLength) yield items.slice(at, at + sliceLength);
}

const mostNameCharacters = 80;
/** What tells a job of a sweep from the others, whole where it fits. */
const cutName = (name: string, values: string): string =>
  `${name.slice(0, Math.max(20, mostNameCharacters - values.length))}${values}`.slice(0, mostNameCharacters);

export function createJobSubmission(options: {
  repository: Pick<JobRepository, 'find' | 'save'>;
  find: FindJob;
  finishedJobUpdates: Pick<FinishedJobUpdates, 'amend'>;
  draft: DraftJob;
  apps: Pick<AppRepository, 'resolveContent'>;
  admission: Admission;
  dispatcher: Pick<Dispatcher, 'wakeNow'>;
  sharding: Pick<Sharding, 'wake'>;
  completionWaiters: Pick<CompletionWaiters, 'wait'>;
  now: () => number;
}): JobSubmission {
  const { repository, find, draft, now } = options;

  /** Placed in the same moment where a machine is free, so that both are on disk at once. */
  async function submit(job: JobDocument): Promise<void> {
    const saved = repository.save(job);
    if (job.tasks.length === 0) options.sharding.wake();
    else options.dispatcher.wakeNow();
    await saved;
  }

  async function create(
    request: JobRequest,
    by: Submitter,
    {
      waitMs = 0,
      signal,
      same,
    }: { waitMs?: number; signal?: AbortSignal | undefined; same?: Parameters<DraftJob>[2] } = {},
  ): Promise<JobDocument> {
    const job = await draft(request, by, same, signal);
    signal?.throwIfAborted();
    options.admission.admit(by.id, [job]);
    const waiting = waitMs === 0 ? undefined : options.completionWaiters.wait(job.id, waitMs);
    try {
      await submit(job);
    } catch (error) {
      waiting?.cancel();
      throw error;
    }
    const ended = await waiting?.ended;
    return ended ?? repository.find(job.id) ?? job;
  }

  async function draftAll(
    requests: readonly JobRequest[],
    by: Submitter,
    signal?: AbortSignal,
  ): Promise<JobDocument[]> {
    const drafts: JobDocument[] = [];
    for (const some of slicesOf(requests)) {
      drafts.push(...(await Promise.all(some.map((request) => draft(request, by, undefined, signal)))));
      await othersTurn();
    }
    signal?.throwIfAborted();
    return drafts;
  }

  async function submitAll(drafts: readonly JobDocument[], by: Submitter): Promise<string[]> {
    const taken = options.admission.hold(by.id, drafts);
    const submitted: Promise<void>[] = [];
    for (const some of slicesOf(drafts)) {
      for (const job of some) taken(job);
      submitted.push(...some.map((job) => submit(job)));
      await othersTurn();
    }
    await Promise.all(submitted);
    return drafts.map(({ id }) => id);
  }

  return {
    create: (request, by, { waitMs = 0, signal } = {}) => create(request, by, { waitMs, signal }),

    createMany: async (requests, by, signal) => submitAll(await draftAll(requests, by, signal), by),

    async createSweep({ job, sweep: axes }, by, signal) {
      const fixed = job.options.params ?? {};
      const combinations = expandSweep(axes, fixed);
      const drafts = await draftAll(
        combinations.map((params) => ({
          ...job,
          options: { ...job.options, params: { ...fixed, ...params } },
        })),
        by,
        signal,
      );
      const id = newJobId();
      const params = axes.map(({ param }) => param);
      const named = drafts.map((one, at) => ({
        ...one,
        name: cutName(one.name, ` (${formatParams(combinations[at] ?? {})})`),
        sweep: { id, name: one.name, number: at + 1, size: drafts.length, params },
      }));
      return { id, jobs: await submitAll(named, by) };
    },

    async rerun(id, by, change = {}) {
      const job = await find(id);
      const { name, app, input, source, inputs, options: asked } = job;
      const named = asked.secrets ?? [];
      // The names are its owner's, and would stand for the secrets of whoever asks.
      if (job.owner !== by.id && named.length > 0 && change.secrets === undefined)
        throw new MeshdeckError(
          'forbidden',
          `The job uses secrets (${named.join(', ')}) and is ${job.ownerName}'s: run again, its app would get yours of these names. Say which secrets it gets, or none, if you mean that.`,
        );
      const request = {
        name,
        app: { name: app.name, version: app.version },
        input: { sha256: input.sha256, name: input.name },
        ...(inputs !== undefined && { inputs: inputs.map(({ sha256, name }) => ({ sha256, name })) }),
        options: changedOptions(asked, change),
      };
      // Whoever may run the job again may use its table.
      // By its content: whoever asks may mean another app by its name. It is read as it was, whatever whoever has that app
      // has told it since.
      const wanted = { ref: app.ref, personId: by.id };
      const same = await options.apps.resolveContent(app.name, app.bundle.sha256, wanted);
      const next = await create(
        request,
        { ...by, reach: 'all' },
        {
          same: { app: { ...same, reading: {} }, reach: by.reach, source },
        },
      );
      const settled = { at: now(), how: 'rerun', jobId: next.id } as const;
      if (isDeadLetter(job))
        await options.finishedJobUpdates.amend(job.id, (current) => ({ ...current, settled }));
      return next;
    },
  };
}
