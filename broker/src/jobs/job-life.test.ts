import { limitsSchema, needsSchema, type AttemptFacts } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import type { JobDocument } from './job-document.js';
import { attemptEnded, cancelled, phased, placed, progressed, succeeded } from './job-life.js';

const sha = 'a'.repeat(64);

function job(): JobDocument {
  return {
    id: '0123456789',
    name: 'digits on holdout.csv',
    state: 'queued',
    app: {
      name: 'digits',
      title: 'Digits',
      version: 'abc',
      runtime: 'onnx',
      bundle: { sha256: sha, bytes: 1, name: 'bundle.tar' },
    },
    entry: 'digits.onnx',
    input: { sha256: sha, bytes: 1, name: 'holdout.csv' },
    output: null,
    rows: null,
    createdAt: 1,
    startedAt: null,
    finishedAt: null,
    failure: null,
    options: { labels: {}, maxAttempts: 3 },
    limits: limitsSchema.parse({}),
    needs: needsSchema.parse({}),
    tasks: [{ index: 0, state: 'queued', attempts: [], retryAt: 0 }],
    nextToken: 1,
    droppedReports: 0,
  };
}

const facts: AttemptFacts = {
  rows: 10,
  runtimeVersion: '1',
  fetchMs: 1,
  prepareMs: 1,
  runMs: 1,
  deliverMs: 1,
  peakMemoryBytes: null,
  columnMap: null,
  warm: false,
};
const result = { sha256: 'b'.repeat(64), bytes: 5, name: 'predictions.csv' };
const lost = { code: 'node-lost', message: 'lost' } as const;

function must<T>(value: T | null): T {
  if (value === null) throw new Error('expected a transition');
  return value;
}

const place = (doc: JobDocument, node: string) => must(placed(doc, 0, { id: node, name: node }, 10));

describe('a job', () => {
  it('lives from queued to succeeded', () => {
    const { job: first, attempt } = place(job(), 'n1');
    expect(first.state).toBe('placed');
    const running = must(phased(first, attempt.id, 1, 'running', 20));
    expect(running).toMatchObject({ state: 'running', startedAt: 10 });
    const half = must(progressed(running, attempt.id, 1, 0.5));
    expect(must(progressed(half, attempt.id, 1, 0.2)).tasks[0]?.attempts[0]?.progress).toBe(0.5);
    const done = must(succeeded(half, attempt.id, 1, result, facts, 30));
    expect(done).toMatchObject({ state: 'succeeded', output: result, rows: 10, finishedAt: 30 });
  });

  it('goes back to the queue when its machine is lost, and drops what that machine says later', () => {
    const { job: first, attempt } = place(job(), 'n1');
    const queued = must(attemptEnded(first, attempt.id, 1, 'abandoned', lost, 20));
    expect(queued).toMatchObject({ state: 'queued', tasks: [{ retryAt: 20 }] });
    const { job: second, attempt: other } = place(queued, 'n2');
    expect(other.token).toBe(2);
    expect(succeeded(second, attempt.id, 1, result, facts, 30)).toBeNull();
    const done = must(succeeded(second, other.id, 2, result, facts, 40));
    expect(succeeded(done, other.id, 2, result, facts, 50)).toBeNull();
  });

  it('takes no report with a token of another attempt', () => {
    const { job: first, attempt } = place(job(), 'n1');
    expect(phased(first, attempt.id, 7, 'running', 20)).toBeNull();
    expect(phased(first, '0123456789-0-9', 1, 'running', 20)).toBeNull();
  });

  it('fails at once for wrong input, and keeps the sentence', () => {
    const { job: first, attempt } = place(job(), 'n1');
    const failure = { code: 'csv-column-mismatch', message: 'The column x is missing.' } as const;
    const failed = must(attemptEnded(first, attempt.id, 1, 'failed', failure, 20));
    expect(failed).toMatchObject({ state: 'failed', failure, finishedAt: 20 });
  });

  it('tries a crashing app once more, and no further', () => {
    const failure = { code: 'app-crashed', message: 'Exit code 1.' } as const;
    const { job: first, attempt } = place(job(), 'n1');
    const again = must(attemptEnded(first, attempt.id, 1, 'failed', failure, 20));
    expect(again.state).toBe('queued');
    const { job: second, attempt: other } = place(again, 'n2');
    expect(must(attemptEnded(second, other.id, 2, 'failed', failure, 30)).state).toBe('failed');
  });

  it('gives up after the attempt limit', () => {
    let doc = job();
    for (let number = 1; number <= 3; number += 1) {
      const { job: next, attempt } = place(doc, `n${number}`);
      doc = must(attemptEnded(next, attempt.id, attempt.token, 'abandoned', lost, number));
    }
    expect(doc).toMatchObject({ state: 'failed', failure: { code: 'node-lost' } });
    expect(placed(doc, 0, { id: 'n4', name: 'n4' }, 9)).toBeNull();
  });

  it('is cancelled once, and never after its end', () => {
    const { job: first, attempt } = place(job(), 'n1');
    const stopped = must(cancelled(first, 20));
    expect(stopped).toMatchObject({ state: 'cancelled', tasks: [{ attempts: [{ state: 'cancelled' }] }] });
    expect(cancelled(stopped, 30)).toBeNull();
    expect(succeeded(stopped, attempt.id, 1, result, facts, 30)).toBeNull();
  });
});
