import { expect, it } from 'vitest';
import { createKeptDiscovery } from './kept-discovery.js';

function counting() {
  const asked = { times: 0, fails: false, now: 0 };
  const discovery = createKeptDiscovery(
    async () => {
      asked.times += 1;
      if (asked.fails) throw new Error('away');
      return `answer ${asked.times}`;
    },
    () => asked.now,
  );
  return { asked, ...discovery };
}

it('asks once for all who ask at the same time, and once in ten seconds', async () => {
  const { asked, fresh, known } = counting();
  await Promise.all(Array.from({ length: 500 }, () => fresh()));
  expect(asked.times).toBe(1);
  asked.now += 9999;
  expect(await fresh()).toBe('answer 1');
  asked.now += 1;
  expect(await fresh()).toBe('answer 2');
  asked.now += 3_599_999;
  expect(await known()).toBe('answer 2');
  asked.now += 1;
  expect(await known()).toBe('answer 3');
});

it('leaves a provider that does not answer alone for three seconds', async () => {
  const { asked, fresh } = counting();
  asked.fails = true;
  for (let count = 0; count < 100; count += 1) await expect(fresh()).rejects.toThrow('away');
  expect(asked.times).toBe(1);
  asked.now += 3000;
  asked.fails = false;
  expect(await fresh()).toBe('answer 2');
});
