import type { Candidate, Decision } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { decisionLabel, orderCandidates, predictionLabel } from './placement-candidates.js';

const candidate = (nodeName: string, rank: number | null, score: number, rejected = false): Candidate => ({
  nodeId: nodeName,
  nodeName,
  heartbeatAt: 1,
  freeSlots: 1,
  score: { score, load: 1, performance: 1, thermal: 1, thermalUnknown: false },
  placedSinceHeartbeat: 0,
  effectiveScore: score,
  rank,
  rejections: rejected ? [{ code: 'lost', message: 'It is lost.' }] : [],
});

const decision: Decision = {
  at: 1,
  task: 0,
  attempt: 1,
  outcome: 'placed',
  chosenNodeId: 'b',
  summary: '',
  candidates: [
    candidate('weak-out', null, 1, true),
    candidate('c', 3, 2),
    candidate('strong-out', null, 9, true),
    candidate('b', 1, 5),
    candidate('a', 2, 4),
  ],
};

it('puts the winner first, the eligible by rank, the rejected last by strength', () => {
  expect(orderCandidates(decision).map((one) => one.nodeName)).toEqual([
    'b',
    'a',
    'c',
    'strong-out',
    'weak-out',
  ]);
});

it('names a decision by its attempt, and by its task where there are several', () => {
  expect(decisionLabel(decision, [decision])).toBe('Attempt 1: b');
  const other = { ...decision, task: 1, outcome: 'waiting' as const, chosenNodeId: null };
  expect(decisionLabel(other, [decision, other])).toBe('Task 2, attempt 1: waiting');
});

it('says what a predicted finish is made of', () => {
  const words = predictionLabel({
    finishMs: 5000,
    queueMs: 2000,
    transferMs: 0,
    startMs: 250,
    overheadMs: 500,
    computeMs: 1000,
    loadFactor: 2,
    rowsPerSecond: 1234,
    basis: 'machine',
  });
  expect(words).toBe(
    '2.0 s until a slot is free, 500 ms to load the model, 3.0 s to run at 1,234 rows/s, learned on this machine',
  );
});
