import type { AttemptView, JobView } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import { lanesOf, ticksBetween, timelineOf } from './timeline.js';

const attempt = (over: Partial<AttemptView>): AttemptView => ({
  id: 'aaaaaaaaaa-0-1',
  number: 1,
  token: 1,
  nodeId: 'n',
  nodeName: 'lab-1',
  state: 'running',
  phase: 'running',
  placedAt: 1100,
  startedAt: 1200,
  finishedAt: null,
  progress: 0.5,
  failure: null,
  facts: null,
  ...over,
});

const job = (attempts: AttemptView[], finishedAt: number | null): JobView =>
  ({ createdAt: 1000, finishedAt, tasks: [{ index: 0, state: 'running', attempts }] }) as unknown as JobView;

const facts = {
  rows: 1,
  runtimeVersion: '1',
  fetchMs: 100,
  prepareMs: 200,
  runMs: 600,
  deliverMs: 100,
  peakMemoryBytes: null,
  columnMap: null,
  warm: false,
};

describe('timelineOf', () => {
  it('lets an attempt under way reach to now', () => {
    const line = timelineOf(job([attempt({})], null), 5000);
    expect(line).toMatchObject({ from: 1000, to: 5000 });
    expect(line.rows[0]?.parts).toEqual([{ kind: 'whole', words: '', from: 1100, to: 5000 }]);
  });

  it('lays the measured steps end to end up to the end', () => {
    const { rows } = timelineOf(job([attempt({ state: 'succeeded', finishedAt: 2200, facts })], 2200), 9000);
    expect(rows[0]?.parts.map((part) => [part.kind, part.from, part.to])).toEqual([
      ['fetch', 1200, 1300],
      ['prepare', 1300, 1500],
      ['run', 1500, 2100],
      ['deliver', 2100, 2200],
    ]);
  });

  it('never draws steps beyond the attempt, whatever the machine’s clock says', () => {
    const { rows } = timelineOf(job([attempt({ finishedAt: 1600, facts })], 1600), 9000);
    for (const part of rows[0]?.parts ?? []) {
      expect(part.from).toBeGreaterThanOrEqual(1099.9);
      expect(part.to).toBeLessThanOrEqual(1600.1);
    }
  });
});

it('puts three to eight round ticks on any span', () => {
  for (const span of [7, 90, 1234, 61_000, 3_600_000, 86_400_000, 604_800_000]) {
    const ticks = ticksBetween(span);
    expect(ticks.length).toBeGreaterThanOrEqual(3);
    expect(ticks.length).toBeLessThanOrEqual(8);
  }
});

it('packs a machine’s attempts into lines where none overlaps', () => {
  const at = (nodeId: string, placedAt: number, finishedAt: number) =>
    attempt({
      id: `${nodeId}-${placedAt}-1` as const,
      nodeId,
      nodeName: nodeId,
      placedAt,
      finishedAt,
      state: 'succeeded',
    });
  const { rows } = timelineOf(
    job([at('a', 1000, 2000), at('b', 1000, 3000), at('a', 1500, 2500), at('a', 2000, 2600)], 3000),
    0,
  );
  expect(lanesOf(rows).map((lane) => [lane.nodeName, lane.lines.map((line) => line.length)])).toEqual([
    ['a', [2, 1]],
    ['b', [1]],
  ]);
});
