import type { Metrics } from '@meshdeck/shared';

/** What the machine says; the agent adds how many of its slots are busy. */
export type MachineMetrics = Omit<Metrics, 'slotsBusy' | 'slotsTotal'>;

/** One measurement. A reading the machine cannot give is null; a broken one throws and is left out. */
export interface Collector {
  readonly name: string;
  collect(): Promise<Partial<Metrics>>;
}
