import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createAmqpOutbox } from './outbox.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function openOutbox(options: { mayRepeat?: () => boolean } = {}) {
  const sent: string[] = [];
  const answers: { confirm: () => void; refuse: (error: Error) => void }[] = [];
  const refusals: string[] = [];
  const outbox = createAmqpOutbox<string>({
    publish: (message) =>
      new Promise<void>((confirm, refuse) => {
        sent.push(message);
        answers.push({ confirm, refuse });
      }),
    onRefused: (error) => refusals.push(String(error)),
    retryMs: 1_000,
    confirmLimitMs: 10_000,
    mayRepeat: options.mayRepeat ?? (() => true),
  });
  outbox.open();
  return { outbox, sent, answers, refusals };
}

it('sends again what is not confirmed in time, and nothing once it is', async () => {
  const { outbox, sent, answers, refusals } = openOutbox();
  outbox.put('a', 'one');
  await vi.advanceTimersByTimeAsync(10_999);
  expect(sent).toEqual(['one']);
  expect(refusals).toEqual(['Error: not confirmed within 10000 ms']);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual(['one', 'one']);
  answers[1]?.confirm();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(2);
  expect(outbox.size()).toBe(0);
});

it('takes a late confirmation of the first try', async () => {
  const { outbox, answers } = openOutbox();
  outbox.put('a', 'one');
  await vi.advanceTimersByTimeAsync(10_500);
  answers[0]?.confirm();
  await vi.advanceTimersByTimeAsync(0);
  expect(outbox.size()).toBe(0);
});

it('repeats nothing while RabbitMQ takes nothing', async () => {
  let open = false;
  const { outbox, sent } = openOutbox({ mayRepeat: () => open });
  outbox.put('a', 'one');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(1);
  open = true;
  await vi.advanceTimersByTimeAsync(11_000);
  expect(sent).toHaveLength(2);
});

it('keeps the order over a refusal and over a new connection', async () => {
  const { outbox, sent, answers } = openOutbox();
  for (const message of ['one', 'two', 'three']) outbox.put(message, message);
  answers[0]?.confirm();
  answers[1]?.refuse(new Error('no'));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toEqual(['one', 'two', 'three', 'two']);
  outbox.close();
  outbox.put('four', 'four');
  outbox.open();
  expect(sent.slice(4)).toEqual(['two', 'three', 'four']);
});
