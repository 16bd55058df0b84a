import type { AppSpeeds } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import { type MachineSpeed, sameClass, shareOfFastest, speedsOfApp, speedsOnMachine } from './speeds.js';

const machine = (nodeId: string, rowsPerSecond: number, more: Partial<MachineSpeed> = {}): MachineSpeed => ({
  ...{ nodeId, nodeName: nodeId, machineClass: 'i5 x 4', runs: 3, rowsPerSecond, overheadMs: 40 },
  ...{ coldStartMs: null, lastRunAt: 1 },
  ...more,
});
const speeds = (name: string | null, sha: string, machines: MachineSpeed[]): AppSpeeds => ({
  bundleSha256: sha,
  app: name === null ? null : { name, version: sha },
  machines,
  accuracy: null,
});

describe('learned speeds', () => {
  const all = [
    speeds('digits', 'old', [machine('a', 50)]),
    speeds('digits', 'new', [machine('b', 200), machine('a', 100)]),
    speeds('plates', 'p', [machine('a', 10), machine('b', 5)]),
    speeds(null, 'gone', [machine('b', 1)]),
  ];

  it("puts the repository's version of an app first and leaves other apps out", () => {
    expect(speedsOfApp(all, 'digits', 'new').map(({ bundleSha256 }) => bundleSha256)).toEqual(['new', 'old']);
    expect(speedsOfApp(all, 'nothing', 'new')).toEqual([]);
  });

  it('ranks what a machine is quick at by how close it comes to the fastest one', () => {
    const here = speedsOnMachine(all, 'a');
    expect(here.map(({ bundleSha256 }) => bundleSha256)).toEqual(['old', 'p', 'new']);
    expect(here.map(shareOfFastest)).toEqual([1, 1, 0.5]);
    expect(here[2]?.fastest).toEqual({ name: 'b', rowsPerSecond: 200 });
    expect(speedsOnMachine(all, 'c')).toEqual([]);
  });

  it('names a fastest machine that is gone by its id', () => {
    const gone = machine('0123456789', 9, { nodeName: null });
    expect(speedsOnMachine([speeds('x', 'x', [gone, machine('a', 3)])], 'a')[0]?.fastest?.name).toBe(
      '0123456 (removed)',
    );
  });

  it('counts the machines that learn from each other', () => {
    const list = [machine('a', 1), machine('b', 2), machine('c', 3, { machineClass: 'i9 x 8' })];
    expect(list.map((one) => sameClass(list, one))).toEqual([2, 2, 1]);
  });
});
