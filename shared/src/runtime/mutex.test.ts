import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createKeyedMutex, createMutex } from './mutex.js';

const turns = (count: number) =>
  new Promise<void>((done) => {
    const step = (left: number): void => (left === 0 ? done() : queueMicrotask(() => step(left - 1)));
    step(count);
  });

it('runs tasks one at a time in the order given, and goes on after one that fails', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ length: fc.nat(5), fails: fc.boolean() }), { maxLength: 20 }),
      async (tasks) => {
        const inTurn = createMutex();
        const order: number[] = [];
        let running = 0;
        const ends = await Promise.allSettled(
          tasks.map(({ length, fails }, index) =>
            inTurn(async () => {
              running += 1;
              expect(running).toBe(1);
              order.push(index);
              await turns(length);
              running -= 1;
              if (fails) throw new Error(`task ${index}`);
              return index;
            }),
          ),
        );
        expect(order).toEqual(tasks.map((_, index) => index));
        expect(ends.map(({ status }) => status === 'rejected')).toEqual(tasks.map(({ fails }) => fails));
      },
    ),
  );
});

it('lets tasks of different keys run beside each other, and those of one key never', async () => {
  const inTurn = createKeyedMutex();
  const said: string[] = [];
  const task = (name: string) => async () => {
    said.push(`${name} begins`);
    await turns(3);
    said.push(`${name} ends`);
  };
  await Promise.all([inTurn('a', task('a1')), inTurn('a', task('a2')), inTurn('b', task('b1'))]);
  expect(said.indexOf('b1 begins')).toBeLessThan(said.indexOf('a1 ends'));
  expect(said.indexOf('a2 begins')).toBeGreaterThan(said.indexOf('a1 ends'));
});
