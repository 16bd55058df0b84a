import { expect, it } from 'vitest';
import { othersInWords } from './decision-words.js';
import type { Decision } from './models/placement.js';

const decision: Decision = {
  ...{ at: 1, task: 0, attempt: 1, outcome: 'waiting', chosenNodeId: null, summary: '', candidates: [] },
  ...{ machines: 1000, eligible: 12, reasons: { cordoned: 8, 'no-free-slot': 980 } },
};

it('counts the machines of a large room by why they were not taken, the most frequent reason first', () => {
  expect(othersInWords(decision)).toBe('Of 1000 machines 12 could take it. Not taken: 980 busy, 8 cordoned.');
});

it('says nothing where all of them are there', () => {
  const { machines: _all, ...whole } = decision;
  expect(othersInWords(whole)).toBe('');
});
