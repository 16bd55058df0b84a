import {
  isFinal,
  MeshdeckError,
  type JobId,
  type TableDifference,
  type Verification,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { FileStore } from '../../files/types.js';
import { compareTables } from '../../tables/index.js';
import type { Secrets } from '../../secrets/secrets.js';
import type { Submitter } from '../../users/submitter.js';
import type { Admission } from '../admission.js';
import type { FinishedJobUpdates } from '../store/finished-job-updates.js';
import type { FindJob } from '../store/find-job.js';
import type { JobRepository } from '../store/job-repository.js';
import type { JobDocument } from '../job-document.js';
import { newJob } from '../new-job.js';
import { makersOf, verdictOf } from './verdict.js';

/** Verdicts kept with a job. */
const maxKept = 20;

/** Runs a job's app on its table once more and compares the results. */
export interface Verifier {
  /** Begins a run that verifies the job's result. @throws MeshdeckError `conflict`, `not-found`, `limit-reached` */
  verify(ref: string, by: Submitter): Promise<JobDocument>;
  /** The run that verifies this job right now. */
  runOf(jobId: JobId): string | null;
  /** All verifications of a job, newest first, the one under way too. */
  verificationsOf(job: JobDocument): Verification[];
  /** A job has ended: where it verifies another, the results are compared. */
  ended(job: JobDocument): void;
  /** Takes up what an earlier run of the hub left uncompared. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The same app and table with the same options, as a job of its own. */
function runFor(original: JobDocument, at: number): JobDocument {
  const { owner, ownerName, app, entry, input, options, limits, needs } = original;
  const asked = {
    ...{ owner, ownerName, app, entry, input, options, limits, needs },
    ...(original.arguments !== undefined && { arguments: original.arguments }),
    ...(original.secrets !== undefined && { secrets: original.secrets }),
    ...(original.source !== undefined && { source: original.source }),
    ...(original.inputs !== undefined && { inputs: original.inputs }),
    ...(original.takesPictures !== undefined && { takesPictures: original.takesPictures }),
    ...(original.makesPredictions !== undefined && { makesPredictions: original.makesPredictions }),
    name: `Verification of ${original.name}`.slice(0, 80),
    verifies: original.id,
    madeOn: [...makersOf(original).keys()],
  };
  return newJob(asked, at);
}

export function createVerifier(options: {
  repository: JobRepository;
  admission: Admission;
  find: FindJob;
  finishedJobUpdates: FinishedJobUpdates;
  files: Pick<FileStore, 'size' | 'locate'>;
  /** @throws MeshdeckError `forbidden` */
  requireSecrets: Secrets['requireUsable'];
  /** A run waits for its tasks. */
  onCreated: () => void;
  /** What people see of the job has changed. */
  changed: (jobId: JobId) => void;
  now: () => number;
  logger: Logger;
}): Verifier {
  const { repository, files, finishedJobUpdates, now, logger } = options;
  const stopping = new AbortController();
  /** Of jobs that are being verified: the run and when it was begun. */
  const runs = new Map<JobId, { jobId: JobId; at: number }>();
  const judging = new Set<JobId>();
  let tail: Promise<unknown> = Promise.resolve();

  async function mustHold(sha256: string, refusal: string): Promise<void> {
    if ((await files.size(sha256)) === null) throw new MeshdeckError('not-found', refusal);
  }

  async function compare(expected: string, found: string): Promise<TableDifference | null> {
    const { signal } = stopping;
    try {
      const paths = { expected: await files.locate(expected), found: await files.locate(found) };
      return await compareTables({ ...paths, signal });
    } catch (error) {
      signal.throwIfAborted();
      logger.warn({ error: String(error) }, 'results not compared row by row');
      return null;
    }
  }

  async function judge(run: JobDocument): Promise<void> {
    const { verifies } = run;
    if (verifies === undefined || stopping.signal.aborted) return;
    const original = await repository.get(verifies);
    const verdict = await verdictOf({ original, run, compare, at: now() });
    if (runs.get(verifies)?.jobId === run.id) runs.delete(verifies);
    // The run's own verdict last: until it is on disk the comparison is made again after a restart.
    await finishedJobUpdates.amend(verifies, (job) => {
      const others = (job.verifications ?? []).filter(({ jobId }) => jobId !== run.id);
      return { ...job, verifications: [verdict, ...others].slice(0, maxKept) };
    });
    await finishedJobUpdates.amend(run.id, (job) => ({ ...job, verdict }));
    logger.info({ job: verifies, run: run.id, outcome: verdict.outcome }, 'result verified');
  }

  function ended(run: JobDocument): void {
    if (run.verifies === undefined || run.verdict !== undefined || judging.has(run.id)) return;
    judging.add(run.id);
    tail = tail
      .then(() => judge(run))
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) logger.error({ run: run.id, error: String(error) }, 'verdict not kept');
      })
      .finally(() => judging.delete(run.id));
  }

  const runOf = (jobId: JobId) => runs.get(jobId)?.jobId ?? null;

  return {
    runOf,
    ended,

    async verify(ref, by) {
      const job = await options.find(ref);
      if (!isFinal(job.state)) {
        throw new MeshdeckError('conflict', 'The job has not ended yet. Verify it once it has succeeded.');
      }
      if (job.output === null && job.state === 'succeeded') {
        throw new MeshdeckError(
          'conflict',
          'The job made no predictions.csv, so there is nothing to compare a second run with.',
        );
      }
      if (job.output === null) {
        const how = job.state === 'failed' ? 'failed' : 'was cancelled';
        throw new MeshdeckError(
          'conflict',
          `There is no result to verify: the job ${how}. Run it again with "meshdeck jobs rerun ${job.id}".`,
        );
      }
      options.requireSecrets(job.secrets ?? [], by);
      const running = runOf(job.id);
      if (running !== null) {
        throw new MeshdeckError('conflict', `The job is being verified already, by job ${running}.`);
      }
      for (const file of job.inputs ?? []) {
        await mustHold(
          file.sha256,
          `The file ${file.name} is no longer in the hub's store, so the job cannot be run again. Upload the same file once more (SHA-256 ${file.sha256}), then verify.`,
        );
      }
      await mustHold(
        job.input.sha256,
        `The table ${job.input.name} is no longer in the hub's store, so the job cannot be run again. Upload the same file once more (SHA-256 ${job.input.sha256}), then verify.`,
      );
      await mustHold(
        job.app.bundle.sha256,
        `Version ${job.app.version} of the app ${job.app.name} is no longer in the hub's store, so the job cannot be run again. Push the same app once more, then verify.`,
      );
      const run = runFor(job, now());
      // Two askers at once: the second finds the first one's run.
      if (runOf(job.id) !== null) return options.find(runOf(job.id) ?? run.id);
      options.admission.admit(by.id, [run]);
      runs.set(job.id, { jobId: run.id, at: run.createdAt });
      try {
        await repository.save(run);
      } catch (error) {
        runs.delete(job.id);
        throw error;
      }
      options.changed(job.id);
      options.onCreated();
      return run;
    },

    verificationsOf(job) {
      const run = runs.get(job.id);
      const kept = job.verifications ?? [];
      if (run === undefined) return kept;
      const running: Verification = {
        jobId: run.jobId,
        at: run.at,
        outcome: 'running',
        summary: 'The job runs again; the results are compared as soon as it has ended.',
        machines: [],
        elsewhere: false,
        expectedSha256: job.output?.sha256 ?? null,
        foundSha256: null,
        difference: null,
      };
      return [running, ...kept];
    },

    async start() {
      for (const job of repository.active()) {
        if (job.verifies !== undefined) runs.set(job.verifies, { jobId: job.id, at: job.createdAt });
      }
      for (const run of await repository.pendingVerification()) ended(run);
    },

    async stop() {
      stopping.abort();
      await tail;
    },
  };
}
