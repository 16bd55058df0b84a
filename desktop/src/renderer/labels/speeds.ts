import { shortId, type AppSpeeds, type NodeId } from '@meshdeck/shared';

export type MachineSpeed = AppSpeeds['machines'][number];

/** One version of an app on one machine. */
export interface SpeedHere extends MachineSpeed {
  bundleSha256: string;
  app: AppSpeeds['app'];
  /** The fastest machine known for that version; null where it is this one. */
  fastest: { name: string; rowsPerSecond: number } | null;
}

export const machineName = ({ nodeName, nodeId }: MachineSpeed): string =>
  nodeName ?? `${shortId(nodeId)} (removed)`;

/** The versions of an app whose speed is known, the one that stands in the repository first. */
export function speedsOfApp(all: readonly AppSpeeds[], name: string, currentSha256: string): AppSpeeds[] {
  const current = ({ bundleSha256 }: AppSpeeds) => Number(bundleSha256 === currentSha256);
  return all.filter(({ app }) => app?.name === name).sort((a, b) => current(b) - current(a));
}

/** What is known of one machine: where it is the fastest first, then where it comes closest to that. */
export function speedsOnMachine(all: readonly AppSpeeds[], nodeId: NodeId): SpeedHere[] {
  return all
    .flatMap(({ bundleSha256, app, machines }): SpeedHere[] => {
      const here = machines.find((machine) => machine.nodeId === nodeId);
      if (here === undefined) return [];
      const best = machines.reduce((a, b) => (b.rowsPerSecond > a.rowsPerSecond ? b : a), here);
      const fastest =
        best.nodeId === nodeId ? null : { name: machineName(best), rowsPerSecond: best.rowsPerSecond };
      return [{ ...here, bundleSha256, app, fastest }];
    })
    .sort((a, b) => shareOfFastest(b) - shareOfFastest(a));
}

/** 1 where it is the fastest machine, 0.5 where it takes twice as long. */
export const shareOfFastest = ({ rowsPerSecond, fastest }: SpeedHere): number =>
  fastest === null ? 1 : rowsPerSecond / Math.max(fastest.rowsPerSecond, 1e-9);

/** Machines of one class are taken to be equally fast, so that each learns from the others' runs. */
export function sameClass(machines: readonly MachineSpeed[], one: MachineSpeed): number {
  return machines.filter(({ machineClass }) => machineClass === one.machineClass).length;
}
