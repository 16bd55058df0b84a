import { expect, it } from 'vitest';
import { createReconnectingConsumer } from './reconnecting-consumer.js';

function subscription() {
  interface Made {
    ready: () => void;
    error: (error: unknown) => void;
    closed: boolean;
  }
  const made: Made[] = [];
  const clock = { now: 0, openSince: 0 as number | null };
  const consumer = createReconnectingConsumer({
    make() {
      const one: Made = { ready: () => undefined, error: () => undefined, closed: false };
      made.push(one);
      return {
        on(name: string, listener: (error?: unknown) => void) {
          if (name === 'ready') one.ready = () => listener();
          else one.error = listener;
        },
        close: async () => void (one.closed = true),
      };
    },
    openSince: () => clock.openSince,
    changed: () => undefined,
    silenceMs: 10_000,
    now: () => clock.now,
  });
  return { made, clock, consumer };
}

it('subscribes anew where nobody answered while the link was open', () => {
  const { made, clock, consumer } = subscription();
  clock.now = 9_999;
  consumer.tend();
  expect(made).toHaveLength(1);
  clock.now = 10_000;
  consumer.tend();
  expect(made).toHaveLength(2);
  expect(made[0]?.closed).toBe(true);
  made[0]?.ready();
  expect(consumer.ready()).toBe(false);
  made[1]?.ready();
  expect(consumer.ready()).toBe(true);
});

it('is patient while the connection is away, and watches again after it', () => {
  const { made, clock, consumer } = subscription();
  made[0]?.ready();
  consumer.dropped();
  clock.openSince = null;
  clock.now = 60_000;
  consumer.tend();
  expect(made).toHaveLength(1);
  clock.openSince = 60_000;
  clock.now = 69_000;
  consumer.tend();
  expect(made).toHaveLength(1);
  clock.now = 70_000;
  consumer.tend();
  expect(made).toHaveLength(2);
});

it('lets the client try by itself where it was told what is wrong', () => {
  const { made, clock, consumer } = subscription();
  clock.now = 8_000;
  made[0]?.error(new Error('no queue'));
  expect(String(consumer.problem())).toContain('no queue');
  clock.now = 17_000;
  consumer.tend();
  expect(made).toHaveLength(1);
  clock.now = 18_000;
  consumer.tend();
  expect(made).toHaveLength(2);
  expect(consumer.problem()).toBeNull();
});
