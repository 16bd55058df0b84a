import {
  MeshdeckError,
  toFailure,
  type DeadLetter,
  type DeadLetterCause,
  type DeadLetterChoice,
  type DeadLetterOutcome,
  type JobId,
  type JobSummary,
  type DeadLetterPage,
} from '@meshdeck/shared';
import type { Submitter } from '../../users/submitter.js';
import type { PageQuery } from '../job-query.js';
import type { FinishedJobUpdates } from '../store/finished-job-updates.js';
import type { FindJob } from '../store/find-job.js';
import type { JobRepository } from '../store/job-repository.js';
import { isDeadLetter, type JobDocument } from '../job-document.js';
import { blameFor } from '../attempts/retry-policy.js';

/** Failed jobs that wait for a person's word. */
export interface DeadLetterApi {
  list(query: PageQuery): Promise<DeadLetterPage>;
  /** What cannot be done for one is told in the answer and keeps no other from it. */
  rerun(choice: DeadLetterChoice, by: Submitter): Promise<DeadLetterOutcome>;
  dismiss(choice: DeadLetterChoice, by: Submitter): Promise<DeadLetterOutcome>;
}

const pageOfAll = 500;

const machinesWord = (count: number) => (count === 1 ? 'one machine' : `${count} machines`);

function causeOf(job: JobDocument): { cause: DeadLetterCause; summary: string } {
  const task = job.tasks.find(({ state }) => state === 'failed');
  const failures = task?.attempts.flatMap(({ failure }) => failure ?? []) ?? [];
  const last = failures.at(-1);
  if (task === undefined || last === undefined) {
    return { cause: 'hub', summary: 'The hub could not go on with it.' };
  }
  const machines = machinesWord(new Set(task.attempts.map(({ nodeId }) => nodeId)).size);
  if (blameFor(last.code) === 'input') {
    const summary = 'This app and this table fail the same way on any machine, so it was not tried again.';
    return { cause: 'input', summary };
  }
  if (blameFor(last.code) === 'app' && failures.filter(({ code }) => blameFor(code) === 'app').length > 1) {
    const summary = `The app itself failed more than once, on ${machines}; another try would end the same.`;
    return { cause: 'app', summary };
  }
  const used =
    failures.length === 1 ? 'Its one attempt was used' : `All ${failures.length} attempts were used`;
  return { cause: 'attempt-limit', summary: `${used}, on ${machines}.` };
}

export function deadLetterOf(job: JobDocument, summaryOf: (job: JobDocument) => JobSummary): DeadLetter {
  return {
    job: summaryOf(job),
    ...causeOf(job),
    tasks: job.tasks
      .filter(({ state }) => state === 'failed')
      .map(({ index, attempts }) => ({ index, maxAttempts: job.options.maxAttempts, attempts })),
  };
}

/** Failed jobs that wait for a person's word: run again, or put aside. */
export function createDeadLetters(options: {
  repository: JobRepository;
  find: FindJob;
  finishedJobUpdates: FinishedJobUpdates;
  summaryOf: (job: JobDocument) => JobSummary;
  /** Settles the job as run again, too. */
  rerun: (jobId: JobId, by: Submitter) => Promise<{ id: string }>;
  /** Messages nobody could read, on RabbitMQ; null without it. */
  unreadableMessages: () => Promise<number | null>;
  now: () => number;
}): DeadLetterApi {
  const { repository, now } = options;

  /** Whose they must be; undefined: anybody's. */
  const ownerFor = ({ id, reach }: Submitter) => (reach === 'all' ? undefined : id);

  async function idsOf(choice: DeadLetterChoice, by: Submitter): Promise<string[]> {
    if ('ids' in choice) return [...new Set(choice.ids)];
    const ids: string[] = [];
    for (let before: number | undefined; ;) {
      const page = await repository.list({
        deadLetters: true,
        owner: ownerFor(by),
        limit: pageOfAll,
        before,
      });
      ids.push(...page.map(({ id }) => id));
      before = page.at(-1)?.createdAt;
      if (page.length < pageOfAll) return ids;
    }
  }

  async function each(
    choice: DeadLetterChoice,
    by: Submitter,
    settle: (job: JobDocument) => Promise<string | null>,
  ): Promise<DeadLetterOutcome> {
    const outcome: DeadLetterOutcome = { done: [], refused: [] };
    for (const id of await idsOf(choice, by)) {
      try {
        const job = await options.find(id);
        const owner = ownerFor(by);
        // What is not theirs answers like what is not there.
        if (owner !== undefined && job.owner !== owner) {
          throw new MeshdeckError(
            'not-found',
            `There is no job ${id}. "meshdeck jobs list" shows those there are.`,
          );
        }
        if (!isDeadLetter(job)) {
          throw new MeshdeckError(
            'conflict',
            'It is no dead letter: it did not fail, or it has been dealt with.',
          );
        }
        outcome.done.push({ id: job.id, jobId: await settle(job) });
      } catch (error) {
        outcome.refused.push({ id, reason: toFailure(error).message });
      }
    }
    return outcome;
  }

  return {
    async list({ limit, before, owner }) {
      const [{ jobs, hasMore }, unreadableMessages] = await Promise.all([
        repository.page({ deadLetters: true, owner, limit, before }),
        options.unreadableMessages(),
      ]);
      return {
        deadLetters: jobs.map((job) => deadLetterOf(job, options.summaryOf)),
        nextBefore: hasMore ? (jobs.at(-1)?.createdAt ?? null) : null,
        total: repository.deadLetters(owner),
        unreadableMessages,
      };
    },

    rerun: (choice, by) => each(choice, by, async ({ id }) => (await options.rerun(id, by)).id),

    dismiss: (choice, by) =>
      each(choice, by, async ({ id }) => {
        const at = now();
        await options.finishedJobUpdates.amend(id, (job) => ({ ...job, settled: { at, how: 'dismissed' } }));
        return null;
      }),
  };
}
