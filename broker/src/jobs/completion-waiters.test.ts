import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createCompletionWaiters } from './completion-waiters.js';
import { storedJob } from './store/fixtures/stored-jobs.js';

const running = storedJob(1, { state: 'running' });
const ended = storedJob(1, { state: 'succeeded' });

describe('who waits for a job to end', () => {
  it('hears of its end and of nothing before, all of them at once', async () => {
    const waiters = createCompletionWaiters();
    const waiting = [waiters.wait(ended.id, 60_000), waiters.wait(ended.id, 60_000)];
    const other = waiters.wait('another', 60_000);
    waiters.changed(running);
    waiters.changed(ended);
    expect(await Promise.all(waiting.map((one) => one.ended))).toEqual([ended, ended]);
    other.cancel();
    expect(await other.ended).toBeNull();
  });

  it('hears nothing more once the time is over, or the hub stops', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const waiters = createCompletionWaiters();
    const short = waiters.wait(ended.id, 100);
    const long = waiters.wait(ended.id, 10_000);
    vi.advanceTimersByTime(100);
    expect(await short.ended).toBeNull();
    waiters.stop();
    expect(await long.ended).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });
});
