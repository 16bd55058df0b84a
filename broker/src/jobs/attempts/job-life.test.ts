import { attemptIdOf, isFinal, type ErrorCode } from '@meshdeck/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttemptDocument, JobDocument } from '../job-document.js';
import { storedJob } from '../store/fixtures/stored-jobs.js';
import { facts, resultFile, sha, shardOf } from './fixtures/job-pieces.js';
import {
  attemptEnded,
  cancelled,
  failed,
  merged,
  openAttempts,
  phased,
  placed,
  progressed,
  split,
  succeeded,
  unsplit,
} from './job-state-machine.js';

const codes: readonly ErrorCode[] = ['node-lost', 'transfer-failed', 'app-crashed', 'csv-malformed'];
const rowsOf = 4;

/** One thing that may happen. `which` picks among the attempts there are; `token` is sometimes a stranger's. */
type Event =
  | { is: 'split'; parts: number }
  | { is: 'place'; task: number; beside: boolean }
  | { is: 'phase' | 'progress' | 'success'; which: number; strange: boolean }
  | { is: 'end'; which: number; how: 'failed' | 'abandoned'; code: ErrorCode; strange: boolean }
  | { is: 'merge' | 'unsplit' | 'fail' | 'cancel' };

const pick = { which: fc.nat(20), strange: fc.integer({ min: 0, max: 9 }).map((at) => at === 0) };
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ is: fc.constant('split' as const), parts: fc.integer({ min: 1, max: 3 }) }),
  {
    weight: 6,
    arbitrary: fc.record({ is: fc.constant('place' as const), task: fc.nat(3), beside: fc.boolean() }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ is: fc.constantFrom('phase' as const, 'progress', 'success'), ...pick }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ is: fc.constant('end' as const), how: fc.constantFrom('failed' as const, 'abandoned') },
      ...{ code: fc.constantFrom(...codes), ...pick },
    }),
  },
  fc.record({ is: fc.constantFrom('merge' as const, 'unsplit') }),
  { weight: 1, arbitrary: fc.record({ is: fc.constantFrom('fail' as const, 'cancel') }) },
);

const attemptsOf = (job: JobDocument): AttemptDocument[] => job.tasks.flatMap(({ attempts }) => attempts);

/** What the event makes of the job; null where it is refused. */
function happen(job: JobDocument, event: Event, at: number): JobDocument | null {
  const attempts = attemptsOf(job);
  const one = 'which' in event ? attempts[event.which % Math.max(1, attempts.length)] : undefined;
  const id = one?.id ?? attemptIdOf(job.id, 0, 1);
  const token = (one?.token ?? 1) + ('strange' in event && event.strange ? 1000 : 0);
  switch (event.is) {
    case 'split':
      return split(
        job,
        event.parts === 1
          ? [{ shard: null, rows: rowsOf }]
          : Array.from({ length: event.parts }, (_, index) => ({ shard: shardOf(index), rows: rowsOf })),
      );
    case 'place': {
      const node = { id: `n${at % 3}`, name: `bench-${at % 3}` };
      return placed(job, event.task, node, at, { beside: event.beside })?.job ?? null;
    }
    case 'phase':
      return phased(job, id, token, 'running', at);
    case 'progress':
      return progressed(job, id, token, (at % 10) / 10);
    case 'success':
      return succeeded(job, id, token, resultFile(sha('c')), facts, at);
    case 'end':
      return attemptEnded(job, id, token, event.how, { code: event.code, message: 'It ended.' }, at);
    case 'merge':
      return merged(job, resultFile(sha('d')), rowsOf, at);
    case 'unsplit':
      return unsplit(job, { code: 'app-no-output', message: 'They do not fit.' });
    case 'fail':
      return failed(job, { code: 'internal', message: 'It cannot go on.' }, at);
    case 'cancel':
      return cancelled(job, at);
  }
}

/** What holds of a job at any moment, whatever has happened. */
function expectSound(job: JobDocument): void {
  const attempts = attemptsOf(job);
  const tokens = attempts.map(({ token }) => token);
  expect(new Set(tokens).size).toBe(tokens.length);
  expect(Math.max(0, ...tokens)).toBeLessThan(job.nextToken);
  expect(new Set(attempts.map(({ id }) => id)).size).toBe(attempts.length);
  for (const task of job.tasks) {
    const open = openAttempts(task);
    const won = task.attempts.filter(({ state }) => state === 'succeeded');
    expect(task.attempts.map(({ number }) => number)).toEqual(task.attempts.map((_, index) => index + 1));
    expect(open.length).toBeLessThanOrEqual(2);
    // One result, and nobody works on what has one. A task that went back to the queue for the whole table has none.
    if (task.state === 'succeeded')
      expect([won.at(-1)?.state, task.output === null]).toEqual(['succeeded', false]);
    else expect(task.output).toBeNull();
    expect(open.length > 0).toBe(task.state === 'placed' || task.state === 'running');
    expect(open.some(({ state }) => state === 'running')).toBe(task.state === 'running');
    for (const { state, finishedAt, progress, phase } of task.attempts) {
      expect(finishedAt === null).toBe(state === 'placed' || state === 'running');
      if (finishedAt !== null) expect(phase).toBeNull();
      expect(progress).toBeGreaterThanOrEqual(0);
      expect(progress).toBeLessThanOrEqual(1);
    }
  }
  expect(job.finishedAt === null).toBe(!isFinal(job.state));
  expect(job.output === null).toBe(job.state !== 'succeeded');
  if (isFinal(job.state)) expect(job.tasks.flatMap(openAttempts)).toEqual([]);
  if (job.state === 'failed' || job.state === 'cancelled') expect(job.failure).not.toBeNull();
  if (job.state === 'succeeded') expect(job.failure).toBeNull();
  if (job.state === 'succeeded' || job.state === 'merging') {
    expect(job.tasks.every(({ state }) => state === 'succeeded')).toBe(true);
  }
}

describe('a job, whatever happens to it', () => {
  it('is sound after every event, ends once, and takes nothing after its end', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 40 }), (events) => {
        let job = storedJob(1);
        events.forEach((event, index) => {
          const at = 100 + index;
          const before = structuredClone(job);
          const next = happen(job, event, at);
          // A function from a document to the next one: the one it was given stays as it was.
          expect(job).toEqual(before);
          if (next === null) return;
          expect(isFinal(job.state)).toBe(false);
          if ('strange' in event) expect(event.strange).toBe(false);
          expectSound(next);
          expect(next.nextToken).toBeGreaterThanOrEqual(job.nextToken);
          const known = new Map(attemptsOf(next).map((attempt) => [attempt.id, attempt]));
          const wholeAgain = event.is === 'unsplit';
          for (const attempt of attemptsOf(job)) {
            const now = known.get(attempt.id);
            // Nothing that was tried is forgotten, but for the parts of a table that runs in one piece now.
            if (now === undefined) expect(wholeAgain).toBe(true);
            else if (attempt.finishedAt !== null) expect(now).toEqual(attempt);
          }
          job = next;
        });
      }),
      { numRuns: 400 },
    );
  });

  it('commits one result for each task, however often machines tell theirs', () => {
    const run = fc.record({
      parts: fc.integer({ min: 1, max: 3 }),
      told: fc.array(fc.nat(5), { minLength: 1, maxLength: 30 }),
    });
    fc.assert(
      fc.property(run, ({ parts, told }) => {
        let job = happen(storedJob(1), { is: 'split', parts }, 1) ?? storedJob(1);
        for (let task = 0; task < parts; task += 1) {
          job = placed(job, task, { id: 'n1', name: 'n1' }, 2)?.job ?? job;
          job = placed(job, task, { id: 'n2', name: 'n2' }, 3, { beside: true })?.job ?? job;
        }
        const attempts = attemptsOf(job);
        expect(attempts).toHaveLength(2 * parts);
        const committed = new Map<number, string>();
        for (const which of told) {
          const attempt = attempts[which % attempts.length];
          if (attempt === undefined) continue;
          const output = resultFile(String(which % attempts.length).repeat(64));
          const next = succeeded(job, attempt.id, attempt.token, output, facts, 9);
          if (next === null) continue;
          const task = next.tasks.findIndex((one) => one.attempts.some(({ id }) => id === attempt.id));
          expect(committed.has(task)).toBe(false);
          committed.set(task, output.sha256);
          job = next;
        }
        for (const { index, output } of job.tasks) expect(output?.sha256).toBe(committed.get(index));
        expect(job.state === 'merging' || job.state === 'succeeded').toBe(committed.size === parts);
      }),
    );
  });
});

describe('what is refused', () => {
  const queued = split(storedJob(1), [{ shard: null, rows: 4 }]) ?? storedJob(1);
  const open = placed(queued, 0, { id: 'n1', name: 'n1' }, 2);
  if (open === null) throw new Error('expected a transition');
  const { job: running, attempt } = open;
  const done = succeeded(running, attempt.id, attempt.token, resultFile(sha('c')), facts, 5) ?? running;
  const node = { id: 'n2', name: 'n2' };

  it('is a task twice at once, a third attempt, one beside nothing, and one of no task', () => {
    expect(placed(running, 0, node, 3)).toBeNull();
    expect(placed(queued, 0, node, 3, { beside: true })).toBeNull();
    const two = placed(running, 0, node, 3, { beside: true });
    expect(two?.job.tasks[0]?.attempts).toHaveLength(2);
    expect(placed(two?.job ?? queued, 0, { id: 'n3', name: 'n3' }, 4, { beside: true })).toBeNull();
    expect(placed(running, 7, node, 3)).toBeNull();
  });

  it('is merging, and going back to one piece, before every part has its result', () => {
    for (const job of [queued, running, done]) {
      expect(merged(job, resultFile(sha('d')), 4, 6)).toBeNull();
      expect(unsplit(job, { code: 'internal', message: 'No.' })).toBeNull();
    }
  });

  it('is all there is, once the job has ended', () => {
    for (const job of [
      done,
      cancelled(running, 5) ?? done,
      failed(running, { code: 'internal', message: 'No.' }, 5) ?? done,
    ]) {
      expect(isFinal(job.state)).toBe(true);
      for (const event of [
        { is: 'split', parts: 1 },
        { is: 'place', task: 0, beside: false },
        { is: 'place', task: 0, beside: true },
        { is: 'phase', which: 0, strange: false },
        { is: 'progress', which: 0, strange: false },
        { is: 'success', which: 0, strange: false },
        { is: 'end', which: 0, how: 'failed', code: 'node-lost', strange: false },
        { is: 'merge' },
        { is: 'unsplit' },
        { is: 'fail' },
        { is: 'cancel' },
      ] satisfies Event[]) {
        expect(happen(job, event, 9), event.is).toBeNull();
      }
    }
  });
});

describe('an attempt', () => {
  const queued = split(storedJob(1), [{ shard: null, rows: 4 }]) ?? storedJob(1);
  const open = placed(queued, 0, { id: 'n1', name: 'n1' }, 100);
  if (open === null) throw new Error('expected a transition');
  const { job, attempt } = open;

  it('has begun when it runs, not while it fetches', () => {
    const fetching = phased(job, attempt.id, attempt.token, 'fetching', 110);
    expect(fetching).toMatchObject({ state: 'placed', tasks: [{ state: 'placed' }] });
    expect(fetching?.tasks[0]?.attempts[0]).toMatchObject({
      state: 'placed',
      phase: 'fetching',
      startedAt: null,
    });
    const running = phased(fetching ?? job, attempt.id, attempt.token, 'running', 120);
    expect(running?.tasks[0]?.attempts[0]).toMatchObject({ state: 'running', startedAt: 120 });
    const delivering = phased(running ?? job, attempt.id, attempt.token, 'delivering', 130);
    expect(delivering?.tasks[0]?.attempts[0]).toMatchObject({ phase: 'delivering', startedAt: 120 });
  });

  it('that is over before its machine said that it ran began when its own figures say', () => {
    const quick = { ...facts, runMs: 30, deliverMs: 5.4 };
    const end = succeeded(job, attempt.id, attempt.token, resultFile(sha('c')), quick, 200);
    expect(end?.tasks[0]?.attempts[0]).toMatchObject({ startedAt: 165, finishedAt: 200, progress: 1 });
    const endless = { ...facts, runMs: 5000 };
    const never = succeeded(job, attempt.id, attempt.token, resultFile(sha('c')), endless, 200);
    expect(never?.tasks[0]?.attempts[0]?.startedAt).toBe(100);
  });

  it('numbers go on where the parts did not fit and the whole table runs', () => {
    let parts = happen(storedJob(1), { is: 'split', parts: 2 }, 1) ?? job;
    for (const index of [0, 1]) {
      const one = placed(parts, index, { id: 'n1', name: 'n1' }, 2);
      if (one === null) throw new Error('expected a transition');
      parts = succeeded(one.job, one.attempt.id, one.attempt.token, resultFile(sha('c')), facts, 3) ?? parts;
    }
    const whole = unsplit(parts, { code: 'app-no-output', message: 'They do not fit.' });
    expect(whole).toMatchObject({ state: 'queued', tasks: [{ shard: null, output: null, rows: null }] });
    const again = placed(whole ?? parts, 0, { id: 'n2', name: 'n2' }, 4);
    expect(again?.attempt).toMatchObject({ number: 2, token: 3, id: `${parts.id}-0-2` });
    const end = succeeded(
      again?.job ?? parts,
      again?.attempt.id ?? attemptIdOf(parts.id, 0, 2),
      3,
      resultFile(sha('e')),
      facts,
      5,
    );
    expect(end).toMatchObject({ state: 'succeeded', output: { sha256: sha('e') }, failure: null });
  });
});
