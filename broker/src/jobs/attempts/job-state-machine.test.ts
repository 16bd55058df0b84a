import { keptReadingBytes, type Reading } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import type { JobDocument } from '../job-document.js';
import { storedJob } from '../store/fixtures/stored-jobs.js';
import { facts, queuedJob, resultFile, sha, shardOf } from './fixtures/job-pieces.js';
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

const result = resultFile(sha('b'));
const lost = { code: 'node-lost', message: 'lost' } as const;

function must<T>(value: T | null): T {
  if (value === null) throw new Error('expected a transition');
  return value;
}

const place = (doc: JobDocument, node: string) => must(placed(doc, 0, { id: node, name: node }, 10));

describe('a job', () => {
  it('lives from queued to succeeded', () => {
    const { job: first, attempt } = place(queuedJob(), 'n1');
    expect(first.state).toBe('placed');
    const running = must(phased(first, attempt.id, 1, 'running', 20));
    expect(running).toMatchObject({ state: 'running', startedAt: 10 });
    const half = must(progressed(running, attempt.id, 1, 0.5));
    expect(must(progressed(half, attempt.id, 1, 0.2)).tasks[0]?.attempts[0]?.progress).toBe(0.5);
    const done = must(succeeded(half, attempt.id, 1, result, facts, 30));
    expect(done).toMatchObject({ state: 'succeeded', output: result, rows: facts.rows, finishedAt: 30 });
  });

  it('goes back to the queue when its machine is lost, and drops what that machine says later', () => {
    const { job: first, attempt } = place(queuedJob(), 'n1');
    const queued = must(attemptEnded(first, attempt.id, 1, 'abandoned', lost, 20));
    expect(queued).toMatchObject({ state: 'queued', tasks: [{ retryAt: 20 }] });
    const { job: second, attempt: other } = place(queued, 'n2');
    expect(other.token).toBe(2);
    expect(succeeded(second, attempt.id, 1, result, facts, 30)).toBeNull();
    const done = must(succeeded(second, other.id, 2, result, facts, 40));
    expect(succeeded(done, other.id, 2, result, facts, 50)).toBeNull();
  });

  it('takes no report with a token of another attempt', () => {
    const { job: first, attempt } = place(queuedJob(), 'n1');
    expect(phased(first, attempt.id, 7, 'running', 20)).toBeNull();
    expect(phased(first, '0000000001-0-9', 1, 'running', 20)).toBeNull();
  });

  it('fails at once for wrong input, and keeps the sentence', () => {
    const { job: first, attempt } = place(queuedJob(), 'n1');
    const failure = { code: 'csv-column-mismatch', message: 'The column x is missing.' } as const;
    const failed = must(attemptEnded(first, attempt.id, 1, 'failed', failure, 20));
    expect(failed).toMatchObject({ state: 'failed', failure, finishedAt: 20 });
  });

  it('tries a crashing app once more, and no further', () => {
    const failure = { code: 'app-crashed', message: 'Exit code 1.' } as const;
    const { job: first, attempt } = place(queuedJob(), 'n1');
    const again = must(attemptEnded(first, attempt.id, 1, 'failed', failure, 20));
    expect(again.state).toBe('queued');
    const { job: second, attempt: other } = place(again, 'n2');
    expect(must(attemptEnded(second, other.id, 2, 'failed', failure, 30)).state).toBe('failed');
  });

  it('gives up after the attempt limit', () => {
    const failure = { code: 'transfer-failed', message: 'The connection kept failing.' } as const;
    let doc = queuedJob();
    for (let number = 1; number <= 3; number += 1) {
      const { job: next, attempt } = place(doc, `n${number}`);
      doc = must(attemptEnded(next, attempt.id, attempt.token, 'failed', failure, number));
    }
    expect(doc).toMatchObject({ state: 'failed', failure });
  });

  it('gives up when ten machines were lost with it', () => {
    let doc = queuedJob();
    for (let number = 1; number <= 10; number += 1) {
      expect(doc.state).toBe('queued');
      const { job: next, attempt } = place(doc, `n${number}`);
      doc = must(attemptEnded(next, attempt.id, attempt.token, 'abandoned', lost, number));
    }
    expect(doc).toMatchObject({ state: 'failed', failure: { code: 'node-lost' } });
    expect(placed(doc, 0, { id: 'n4', name: 'n4' }, 9)).toBeNull();
  });

  it('is cancelled once, and never after its end', () => {
    const { job: first, attempt } = place(queuedJob(), 'n1');
    const stopped = must(cancelled(first, 20));
    expect(stopped).toMatchObject({ state: 'cancelled', tasks: [{ attempts: [{ state: 'cancelled' }] }] });
    expect(cancelled(stopped, 30)).toBeNull();
    expect(succeeded(stopped, attempt.id, 1, result, facts, 30)).toBeNull();
  });

  it('succeeds only after every shard has been committed and the parts are merged', () => {
    const part = (index: number) => ({ shard: shardOf(index), rows: 4 });
    let doc = must(split(storedJob(1), [part(0), part(1)]));
    expect(split(doc, [part(0)])).toBeNull();
    const first = must(placed(doc, 0, { id: 'n1', name: 'n1' }, 10));
    const second = must(placed(first.job, 1, { id: 'n2', name: 'n2' }, 10));
    doc = must(succeeded(second.job, second.attempt.id, second.attempt.token, result, facts, 20));
    expect(doc).toMatchObject({ state: 'running', output: null });
    doc = must(succeeded(doc, first.attempt.id, first.attempt.token, result, facts, 30));
    expect(doc).toMatchObject({ state: 'merging', output: null, finishedAt: null });
    const done = must(merged(doc, result, 10, 40));
    expect(done).toMatchObject({ state: 'succeeded', output: result, rows: 10, finishedAt: 40 });
    expect(merged(done, result, 10, 50)).toBeNull();
  });

  it('runs a straggler a second time, and the first result wins', () => {
    const { job: first, attempt } = place(queuedJob(), 'n1');
    const twice = must(placed(first, 0, { id: 'n2', name: 'n2' }, 20, { beside: true }));
    expect(placed(twice.job, 0, { id: 'n3', name: 'n3' }, 21, { beside: true })).toBeNull();
    const done = must(succeeded(twice.job, twice.attempt.id, twice.attempt.token, result, facts, 30));
    expect(done.tasks[0]?.attempts.map(({ state }) => state)).toEqual(['cancelled', 'succeeded']);
    expect(succeeded(done, attempt.id, attempt.token, result, facts, 40)).toBeNull();
  });

  it('goes on with the other attempt when one of two is lost', () => {
    const { job: first, attempt } = place(queuedJob(), 'n1');
    const twice = must(placed(first, 0, { id: 'n2', name: 'n2' }, 20, { beside: true }));
    const next = must(attemptEnded(twice.job, attempt.id, attempt.token, 'abandoned', lost, 30));
    expect(next.state).toBe('placed');
    expect(next.tasks.flatMap(openAttempts).map(({ nodeId }) => nodeId)).toEqual(['n2']);
  });

  it('names the lines of the table where a part of it fails, but none in what a script says', () => {
    const later = { ...shardOf(1), linesBefore: 6 };
    const failure = { code: 'csv-malformed', message: 'Line 3 has 2 fields, the header has 3.' } as const;
    const failed = (runtime: 'onnx' | 'python') => {
      const parts = [
        { shard: shardOf(0), rows: 4 },
        { shard: later, rows: 4 },
      ];
      const doc = must(split(storedJob(1, { app: { ...storedJob(1).app, runtime } }), parts));
      const part = must(placed(doc, 1, { id: 'n', name: 'n' }, 10));
      return must(attemptEnded(part.job, part.attempt.id, part.attempt.token, 'failed', failure, 20));
    };
    expect(failed('onnx').failure?.message).toBe('Line 8 has 2 fields, the header has 3.');
    expect(failed('onnx').tasks[1]?.attempts[0]?.failure?.message).toContain('Line 8');
    expect(failed('python').failure).toEqual(failure);
  });

  it('leaves nothing open when one shard fails for good', () => {
    const part = (index: number) => ({ shard: shardOf(index), rows: 4 });
    const doc = must(split(storedJob(1), [part(0), part(1)]));
    const first = must(placed(doc, 0, { id: 'n1', name: 'n1' }, 10));
    const second = must(placed(first.job, 1, { id: 'n2', name: 'n2' }, 10));
    const failure = { code: 'csv-malformed', message: 'Line 7.' } as const;
    const end = must(attemptEnded(second.job, second.attempt.id, 2, 'failed', failure, 20));
    expect(end).toMatchObject({ state: 'failed', failure });
    expect(end.tasks.flatMap(openAttempts)).toEqual([]);
    expect(failed(end, failure, 30)).toBeNull();
  });
});

const reading = (more: { unseen?: number; columns?: string[] } = {}): Reading => ({
  table: {
    encoding: 'utf-8',
    delimiter: ',',
    decimal: '.',
    thousands: null,
    headerLine: 1,
    firstRowLine: 2,
    columns: more.columns ?? ['x'],
    skipped: [],
    notes: [],
  },
  inputs: [],
  aside: [],
  outputs: [],
  values: [
    { column: 'x', input: 'x', missing: 0, unseen: more.unseen ?? 0, unseenExamples: [], trimmable: 0 },
  ],
  warnings: [],
  told: {},
});

describe("a job's reading", () => {
  /** Both parts placed and done, in this order. */
  function done(order: readonly number[], readings: readonly (Reading | undefined)[]): JobDocument {
    let next = must(
      split(
        storedJob(1),
        [0, 1].map((index) => ({ shard: shardOf(index), rows: 4 })),
      ),
    );
    for (const index of order) {
      const open = placed(next, index, { id: 'n', name: 'bench' }, 5);
      if (open === null) throw new Error('not placed');
      const told = readings[index];
      const given = told === undefined ? facts : { ...facts, reading: told };
      next = succeeded(open.job, open.attempt.id, open.attempt.token, result, given, 9) ?? open.job;
    }
    return next;
  }

  it('is what its parts told, added up, and kept once', () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const ended = done(order, [reading({ unseen: 2 }), reading({ unseen: 3 })]);
      expect(ended.state).toBe('merging');
      expect(ended.reading?.values).toMatchObject([{ column: 'x', unseen: 5 }]);
      const kept = ended.tasks.flatMap(({ attempts }) => attempts.map((attempt) => attempt.facts));
      expect(kept).toEqual([facts, facts]);
    }
  });

  it('is bounded whatever machines tell', () => {
    const columns = Array.from({ length: 9000 }, (_, at) => `a column with a long name, number ${at}`);
    const ended = done([0, 1], [reading({ columns }), reading({ columns })]);
    expect(JSON.stringify(ended.reading).length).toBeLessThanOrEqual(keptReadingBytes);
    expect(ended.reading?.table.columnsLeftOut).toBeGreaterThan(8000);
  });

  it('is told anew where the parts did not fit together', () => {
    const ended = done([0, 1], [reading(), reading()]);
    expect(unsplit(ended, { code: 'internal', message: 'They do not fit.' })).not.toHaveProperty('reading');
  });

  it('is none where the app reads its table itself', () => {
    expect(done([0, 1], [undefined, undefined])).not.toHaveProperty('reading');
  });
});
