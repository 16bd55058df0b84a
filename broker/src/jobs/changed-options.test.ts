import { expect, it } from 'vitest';
import { changedOptions } from './changed-options.js';

const first = {
  labels: { room: 'lab2' },
  maxAttempts: 5,
  priority: 'high',
  nodeId: 'n1',
  shards: 4,
} as const;

it('keeps what is not changed, changes what is, and takes back what is null', () => {
  expect(changedOptions(first, {})).toEqual(first);
  expect(changedOptions(first, { shards: 'auto', timeoutSeconds: 60 })).toEqual({
    ...first,
    shards: 'auto',
    timeoutSeconds: 60,
  });
  expect(changedOptions(first, { nodeId: null, shards: null, labels: {} })).toEqual({
    labels: {},
    maxAttempts: 5,
    priority: 'high',
  });
});

it('changes what is said of the reading field by field, and forgets it where nothing is left', () => {
  const told = { ...first, reading: { header: 2, aside: ['id'] } };
  expect(changedOptions(told, {})).toEqual(told);
  expect(changedOptions(told, { reading: { header: 'none', truth: 'y' } }).reading).toEqual({
    header: 'none',
    aside: ['id'],
    truth: 'y',
  });
  expect(changedOptions(told, { reading: { header: null, aside: null } })).toEqual(first);
  expect(changedOptions(told, { reading: null })).toEqual(first);
});
