import type { AttemptId, JobReport } from '@meshdeck/shared';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { createReportRetry } from './report-retry.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const phase = (attemptId: AttemptId): JobReport => ({
  type: 'phase',
  attemptId,
  token: 1,
  ts: 1,
  phase: 'running',
});
const failed = (attemptId: AttemptId): JobReport => ({
  type: 'failed',
  attemptId,
  token: 1,
  ts: 1,
  failure: { code: 'app-crashed', message: 'It crashed.' },
});

function openDesk() {
  let full = true;
  const taken: string[] = [];
  const reports = createReportRetry({
    take: (_nodeId, report) => {
      if (full) return Promise.reject(new Error('no room'));
      taken.push(`${report.type} ${'attemptId' in report ? report.attemptId : ''}`);
      return Promise.resolve();
    },
    logger: pino({ level: 'silent' }),
  });
  onTestFinished(reports.stop);
  return { reports, taken, makeRoom: () => void (full = false) };
}

it('takes what could not be taken once it can be, of each attempt the newest', async () => {
  const { reports, taken, makeRoom } = openDesk();
  await expect(reports.take('n', phase('0123456789-0-1'))).rejects.toThrow('no room');
  await expect(reports.take('n', failed('0123456789-0-1'))).rejects.toThrow('no room');
  await expect(reports.take('n', phase('0123456789-1-1'))).rejects.toThrow('no room');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(taken).toEqual([]);
  makeRoom();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(taken).toEqual(['failed 0123456789-0-1', 'phase 0123456789-1-1']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(taken).toHaveLength(2);
});

it('lets progress and what a machine holds go', async () => {
  const { reports, taken, makeRoom } = openDesk();
  await expect(reports.take('n', { type: 'holding', instanceId: 'i', attempts: [], ts: 1 })).rejects.toThrow(
    'no room',
  );
  makeRoom();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(taken).toEqual([]);
});
