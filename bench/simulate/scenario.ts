import * as z from 'zod';

const positive = z.number().positive();
const natural = z.number().nonnegative();

/** Machines and jobs to simulate: generated, or recorded from a real mesh. Times in ms from the beginning. */
export const scenarioSchema = z.object({
  seed: z.number().int().default(0),
  /** Spread of what equal work takes: standard deviation of its logarithm. */
  noise: natural.default(0),
  /** Runs per model and machine that are known beforehand, where `known` names the machine. */
  historyRuns: z.number().int().nonnegative().default(3),
  machines: z.array(
    z.object({
      id: z.string(),
      machineClass: z.string(),
      slots: z.number().int().positive(),
      /** Null: no benchmark yet. */
      eventsPerSecond: positive.nullable(),
      bytesPerSecond: positive,
      freeRamBytes: natural,
      /** What others use of its CPU, 1 = all of it, from `at` on. More than 1: they queue for it. */
      loads: z.array(z.object({ at: natural, share: natural })).default([]),
      /** When it vanishes with all it holds, and when it is back. */
      outages: z.array(z.object({ at: natural, backAt: natural })).default([]),
      heartbeatPhaseMs: natural.default(0),
    }),
  ),
  models: z.array(
    z.object({
      id: z.string(),
      bytes: natural,
      /** By machine id: rows/s of one slot with nothing else on the machine, and the cost of a start. */
      speeds: z.record(z.string(), z.object({ rowsPerSecond: positive, overheadMs: natural })),
      /** Machines that ran it before. */
      known: z.array(z.string()).default([]),
    }),
  ),
  jobs: z.array(
    z.object({
      id: z.string(),
      at: natural,
      model: z.string(),
      rows: z.number().int().positive(),
      bytes: natural,
      sharded: z.boolean(),
    }),
  ),
});
export type Scenario = z.infer<typeof scenarioSchema>;
export type MachineSpec = Scenario['machines'][number];
export type ModelSpec = Scenario['models'][number];
export type JobSpec = Scenario['jobs'][number];
