import { expect, it } from 'vitest';
import { createFrameQueue } from './frame-queue.js';

function setUp(capacity: number) {
  const frames: (() => void)[] = [];
  const batches: number[][] = [];
  const lost: number[] = [];
  const queue = createFrameQueue<number>({
    capacity,
    requestFrame: (callback) => frames.push(callback),
    deliver: (messages) => batches.push(messages),
    overflowed: (dropped) => lost.push(dropped),
  });
  return { queue, frames, batches, lost, frame: () => frames.splice(0).forEach((callback) => callback()) };
}

it('hands over everything of one frame at once, in order', () => {
  const { queue, frames, batches, lost, frame } = setUp(10);
  for (const message of [1, 2, 3]) queue.push(message);
  expect(frames).toHaveLength(1);
  expect(batches).toEqual([]);
  frame();
  queue.push(4);
  frame();
  expect(batches).toEqual([[1, 2, 3], [4]]);
  expect(lost).toEqual([]);
});

it('keeps the newest and says how many it dropped when a stream floods it', () => {
  const { queue, batches, lost, frame } = setUp(10);
  for (let message = 0; message < 100_000; message += 1) queue.push(message);
  frame();
  expect(batches).toEqual([Array.from({ length: 10 }, (_, index) => 99_990 + index)]);
  expect(lost).toEqual([99_990]);
});

it('delivers nothing after it is closed', () => {
  const { queue, batches, frame } = setUp(10);
  queue.push(1);
  queue.close();
  frame();
  expect(batches).toEqual([]);
});
