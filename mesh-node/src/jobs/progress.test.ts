import { expect, it, onTestFinished, vi } from 'vitest';
import { createProgressThrottle } from './progress.js';

it('tells at most four times a second, the newest, and nothing twice', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const sent: number[] = [];
  const progress = createProgressThrottle(({ fraction }) => sent.push(fraction));
  for (let step = 1; step <= 100; step += 1) {
    progress.push({ fraction: step / 100, rows: null });
    await vi.advanceTimersByTimeAsync(10);
  }
  await vi.advanceTimersByTimeAsync(5000);
  expect(sent.length).toBeLessThanOrEqual(6);
  expect(sent[0]).toBe(0.01);
  expect(sent.at(-1)).toBe(1);
});
