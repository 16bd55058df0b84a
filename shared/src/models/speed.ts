import * as z from 'zod';
import { knownIds, timestampSchema } from '../ids.js';

/** How fast one version of an app runs on the machines that have run it, and how well its finishes were foreseen. */
export const appSpeedsSchema = z.object({
  /** Of the app's bundle. */
  bundleSha256: z.string(),
  /** Null where the repository does not hold that version any more. */
  app: z.object({ name: z.string(), version: z.string() }).nullable(),
  machines: z.array(
    z.object({
      nodeId: knownIds.node,
      /** Null where the machine is gone. */
      nodeName: z.string().nullable(),
      /** CPU model and threads: machines that say the same are taken to be equally fast. */
      machineClass: z.string(),
      /** The runs that count, the newest. */
      runs: z.number().int(),
      rowsPerSecond: z.number(),
      /** What a run costs whatever its rows. */
      overheadMs: z.number(),
      /** What a run costs besides where the machine had nothing of the app yet; null where no such run was seen. */
      coldStartMs: z.number().nullable(),
      lastRunAt: timestampSchema,
    }),
  ),
  /** `|predicted / real - 1|` of the newest predicted finishes; null before the first. */
  accuracy: z
    .object({ predictions: z.number().int(), medianError: z.number(), p90Error: z.number() })
    .nullable(),
});
export type AppSpeeds = z.infer<typeof appSpeedsSchema>;
