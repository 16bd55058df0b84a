import { expect, test } from 'vitest';
import { createRefreshed } from './refreshed.js';

function setUp() {
  const pending: PromiseWithResolversLike[] = [];
  let nowMs = 0;
  const refreshed = createRefreshed({
    everyMs: 10,
    now: () => nowMs,
    read: () => new Promise<string>((resolve, reject) => pending.push({ resolve, reject })),
  });
  return { pending, refreshed, pass: (ms: number) => void (nowMs += ms) };
}

interface PromiseWithResolversLike {
  resolve: (value: string) => void;
  reject: (error: Error) => void;
}

test('makes only the first caller wait and shows the old reading while a new one is taken', async () => {
  const { pending, refreshed, pass } = setUp();
  const first = refreshed();
  pending[0]?.resolve('one');
  expect(await first).toBe('one');

  pass(10);
  expect(await refreshed()).toBe('one');
  expect(await refreshed()).toBe('one');
  expect(pending).toHaveLength(2);
  pending[1]?.resolve('two');
  await expect.poll(refreshed).toBe('two');
});

test('throws a failed reading until one succeeds', async () => {
  const { pending, refreshed, pass } = setUp();
  const first = refreshed();
  pending[0]?.reject(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  pass(5);
  await expect(refreshed()).rejects.toThrow('gone');
  expect(pending).toHaveLength(1);

  pass(5);
  refreshed().catch(() => undefined);
  pending[1]?.resolve('back');
  await expect.poll(() => refreshed().catch(() => 'failing')).toBe('back');
});
