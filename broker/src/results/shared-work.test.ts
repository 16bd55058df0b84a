import { expect, it } from 'vitest';
import { createSharedWork } from './shared-work.js';

it('shared work goes on while one still waits, and stops with the last', async () => {
  const shared = createSharedWork<string>();
  const stopped: unknown[] = [];
  let finish = (_: string): void => undefined;
  const work = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      finish = resolve;
      signal.addEventListener('abort', () => {
        stopped.push(signal.reason);
        reject(signal.reason as Error);
      });
    });
  const [one, other] = [new AbortController(), new AbortController()];
  const first = shared.join('key', one.signal, work);
  const second = shared.join('key', other.signal, async () => expect.fail('It was begun twice.'));
  one.abort(new Error('one left'));
  await expect(first).rejects.toThrow('one left');
  expect(stopped).toEqual([]);
  finish('done');
  expect(await second).toBe('done');
  const third = shared.join('key', other.signal, work);
  other.abort(new Error('all left'));
  await expect(third).rejects.toThrow('all left');
  expect(stopped).toEqual([new Error('all left')]);
});
