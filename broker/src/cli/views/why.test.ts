import type { Why } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { recordingContext } from '../testing.js';
import { whyText } from './why.js';

const at = Date.UTC(2026, 10, 21, 12);
const candidate = {
  freeSlots: 1,
  heartbeatAt: at - 1200,
  placedSinceHeartbeat: 0,
  effectiveScore: 4,
  rejections: [],
};
const score = { score: 4, load: 13.333, performance: 0.3, thermal: 1, thermalUnknown: true };
const why: Why = {
  jobId: 'abcdefghij',
  state: 'running',
  summary: 'It runs on bench-7.',
  decisions: [
    {
      at: at - 5000,
      task: 0,
      attempt: 1,
      outcome: 'waiting',
      chosenNodeId: null,
      summary: 'No machine.',
      candidates: [],
    },
    {
      at,
      task: 0,
      attempt: 1,
      outcome: 'placed',
      chosenNodeId: 'b',
      summary: 'bench-7 has the highest score.',
      candidates: [
        {
          ...candidate,
          nodeId: 'a',
          nodeName: 'attic',
          score: null,
          rank: null,
          heartbeatAt: null,
          rejections: [{ code: 'lost', message: 'it is lost' }],
        },
        { ...candidate, nodeId: 'b', nodeName: 'bench-7', score, rank: 1 },
      ],
    },
  ],
};

it('shows every machine of the newest decision with terms, heartbeat age and rejections', () => {
  const { terminal } = recordingContext().context;
  const text = whyText(why, { terminal, now: at, all: false });
  expect(text).toContain('It runs on bench-7.');
  expect(text).toMatch(/1 +bench-7 +4\.00 +13\.33 +0\.300 +unknown +1 +1\.2 s old/);
  expect(text).toMatch(/- +attic +- +- +- +- +1 +never +it is lost/);
  expect(text).toContain('1 earlier');
  expect(text.indexOf('bench-7  ')).toBeLessThan(text.indexOf('attic'));
});

it('shows the earlier ones too when asked', () => {
  const { terminal } = recordingContext().context;
  expect(whyText(why, { terminal, now: at, all: true })).toContain('There was no machine to choose from.');
});

it('shows what was sent since the heartbeat where it changes the ranking', () => {
  const { terminal } = recordingContext().context;
  const [, placed] = why.decisions;
  if (placed === undefined) throw new Error('no decision');
  const candidates = placed.candidates.map((each) => ({
    ...each,
    placedSinceHeartbeat: 1,
    effectiveScore: 2,
  }));
  const text = whyText({ ...why, decisions: [{ ...placed, candidates }] }, { terminal, now: at, all: false });
  expect(text).toContain('COUNTS AS');
  expect(text).toMatch(/bench-7 .* unknown +1 +2\.00/);
});
